using System.IO.Compression;

namespace NfsTools.Watching;

/// <summary>
/// What a gzip file holds, with an error at its end where it was cut off: <see cref="GZipStream"/> takes the end of its input for
/// the end of the content (.NET 10). So a member of our own is read behind the file's, and comes out only where those were whole.
/// </summary>
internal sealed class WholeGzipStream(Stream packed) : ForwardStream
{
    private static readonly byte[] Proof = "\0whole to its end"u8.ToArray();
    private static readonly byte[] PackedProof = Pack(Proof);
    private readonly GZipStream content = new(new Chained(packed, PackedProof), CompressionMode.Decompress);
    private readonly byte[] ahead = new byte[(64 << 10) + Proof.Length];
    private int held;
    private bool ended;

    public override int Read(Span<byte> buffer)
    {
        // What may be the proof is held back until more follows.
        while (held <= Proof.Length && !ended)
        {
            var read = content.Read(ahead.AsSpan(held));
            held += read;
            ended = read == 0;
        }

        if (ended && held <= Proof.Length)
        {
            return held == Proof.Length && ahead.AsSpan(0, held).SequenceEqual(Proof) ? 0 : throw new InvalidDataException("the file ends within its content");
        }

        var length = Math.Min(buffer.Length, held - Proof.Length);
        ahead.AsSpan(0, length).CopyTo(buffer);
        ahead.AsSpan(length, held - length).CopyTo(ahead);
        held -= length;
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        content.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] Pack(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    /// <summary>A stream with bytes behind it.</summary>
    private sealed class Chained(Stream first, byte[] then) : ForwardStream
    {
        private readonly MemoryStream second = new(then);

        public override int Read(Span<byte> buffer) => first.Read(buffer) is var read && read > 0 ? read : second.Read(buffer);
    }
}
