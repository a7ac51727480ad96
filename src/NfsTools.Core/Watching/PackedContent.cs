using System.Buffers;
using NfsTools.Interop;
using SharpCompress.Compressors;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.Xz;
using SharpCompress.Compressors.ZStandard;

namespace NfsTools.Watching;

/// <summary>What a compressed file holds: gzip, zstd, xz or bzip2, told by its first bytes. It is unpacked as it is read, and never kept as a whole.</summary>
internal sealed class PackedContent : IDisposable
{
    private const int LongestMagic = 6;
    private const int BufferBytes = 64 << 10;

    // RFC 1952, RFC 8878, the .xz file format 1.2, bzip2(1).
    private static readonly (byte[] Magic, Func<Stream, Stream> Open)[] Formats =
    [
        ([0x1f, 0x8b, 0x08], packed => new WholeGzipStream(packed)),
        ([0x28, 0xb5, 0x2f, 0xfd], packed => new DecompressionStream(packed)),
        ([0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0x00], packed => new XZStream(packed)),
        ([(byte)'B', (byte)'Z', (byte)'h'], packed => BZip2Stream.Create(packed, CompressionMode.Decompress, decompressConcatenated: true)),
    ];

    private readonly ReadOnlyFile file;
    private readonly Func<Stream, Stream> open;
    private FileBytes? packed;
    private Stream? content;
    private DamagedArchiveException? damage;
    private byte[] last = [];
    private int lastLength;
    private long at;
    private long? size;

    private PackedContent(ReadOnlyFile file, Func<Stream, Stream> open) => (this.file, this.open) = (file, open);

    /// <summary>How many bytes it holds.</summary>
    /// <exception cref="DamagedArchiveException">It cannot be unpacked to its end.</exception>
    public long Size => size ??= Measure();

    /// <summary>Takes a file for a compressed one; null where it is none.</summary>
    public static PackedContent? TryOpen(ReadOnlyFile file)
    {
        Span<byte> head = stackalloc byte[LongestMagic];
        head = head[..file.Read(head, 0)];
        return Find(head) is { } open ? new PackedContent(file, open) : null;
    }

    /// <summary>Whether bytes begin as a compressed file does.</summary>
    public static bool IsPacked(ReadOnlySpan<byte> head) => Find(head) is not null;

    /// <inheritdoc cref="LogFile.Read"/>
    public int Read(Span<byte> target, long offset)
    {
        if (content is null || offset < at - lastLength)
        {
            Restart();
        }

        while (at < offset)
        {
            lastLength = 0;
            if (Skip(offset - at) == 0)
            {
                return 0;
            }
        }

        // The end of what was read before, such as a record that was not whole, is asked for again.
        var total = (int)Math.Min(at - offset, target.Length);
        last.AsSpan(lastLength - (int)(at - offset), total).CopyTo(target);
        try
        {
            for (int read; total < target.Length && (read = Next(target[total..])) > 0;)
            {
                total += read;
            }
        }
        catch (DamagedArchiveException) when (total > 0)
        {
            // What came out before the damage counts; the next read tells of it.
        }

        if (offset + total == at)
        {
            Keep(target[..total]);
        }

        return total;
    }

    public void Dispose() => content?.Dispose();

    private static Func<Stream, Stream>? Find(ReadOnlySpan<byte> head)
    {
        foreach (var (magic, open) in Formats)
        {
            if (head.StartsWith(magic))
            {
                return open;
            }
        }

        return null;
    }

    private long Measure()
    {
        Restart();
        while (Skip(BufferBytes) > 0)
        {
        }

        // Reading begins again at the beginning: what unpacks, which takes megabytes, is not kept for each archive of a log till then.
        var measured = at;
        Restart();
        return measured;
    }

    private void Keep(ReadOnlySpan<byte> read)
    {
        if (last.Length < read.Length)
        {
            last = new byte[read.Length];
        }

        read.CopyTo(last);
        lastLength = read.Length;
    }

    private int Skip(long bytes)
    {
        var passed = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            return Next(passed.AsSpan(0, (int)Math.Min(BufferBytes, bytes)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(passed);
        }
    }

    private void Restart()
    {
        content?.Dispose();
        (content, packed, damage, at, lastLength) = (null, new FileBytes(file), null, 0, 0);
    }

    private int Next(Span<byte> target)
    {
        if (damage is not null)
        {
            throw damage;
        }

        try
        {
            // XZStream reads one of several xz files that stand one behind the other, and leaves the input behind it.
            do
            {
                content ??= open(packed!);
                if (content.Read(target) is var read && read > 0)
                {
                    at += read;
                    return read;
                }

                if (content is not XZStream || packed!.IsAtEnd)
                {
                    return 0;
                }

                content.Dispose();
                content = null;
            }
            while (true);
        }
        catch (Exception e) when (e is not (IOException or OutOfMemoryException) || e is EndOfStreamException)
        {
            // Whatever a decoder throws at damaged input.
            throw damage = new DamagedArchiveException(file.Path, e);
        }
    }

    /// <summary>The file's bytes as they lie there.</summary>
    private sealed class FileBytes(ReadOnlyFile file) : ForwardStream
    {
        private long position;

        public bool IsAtEnd => position >= file.Status().Size;

        // XZStream asks for it.
        public override long Position
        {
            get => position;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var read = file.Read(buffer, position);
            position += read;
            return read;
        }
    }
}
