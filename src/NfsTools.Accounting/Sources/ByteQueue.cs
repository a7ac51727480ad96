namespace NfsTools.Accounting.Sources;

/// <summary>Bytes that come at one end and go at the other, in one piece of memory; adding them costs no more than to copy them.</summary>
internal sealed class ByteQueue
{
    private byte[] buffer = [];
    private int start;

    public int Length { get; private set; }

    /// <summary>What is in it, until it is changed.</summary>
    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(start, Length);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (start + Length + bytes.Length > buffer.Length)
        {
            var target = Length + bytes.Length > buffer.Length / 2 ? new byte[(Length + bytes.Length) * 2] : buffer;
            Memory.CopyTo(target);
            (buffer, start) = (target, 0);
        }

        bytes.CopyTo(buffer.AsSpan(start + Length));
        Length += bytes.Length;
    }

    public void Remove(int bytes) => (start, Length) = (start + bytes, Length - bytes);

    public void Clear() => (start, Length) = (0, 0);
}
