using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace NfsTools.Accounting;

/// <summary>
/// Maps UTF-8 texts that come again and again (users, queues, hosts) to one value each, without making a string to look.
/// It forgets everything when it is full, so that a log of ever new texts cannot fill the memory. Not thread safe.
/// </summary>
internal sealed class TextPool<TValue>
{
    private const int Capacity = 100_000;
    private readonly Dictionary<byte[], TValue> values = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], TValue>.AlternateLookup<ReadOnlySpan<byte>> lookup;

    public TextPool() => lookup = values.GetAlternateLookup<ReadOnlySpan<byte>>();

    public bool TryGet(ReadOnlySpan<byte> text, [MaybeNullWhen(false)] out TValue value) => lookup.TryGetValue(text, out value);

    public void Set(ReadOnlySpan<byte> text, TValue value)
    {
        if (values.Count >= Capacity)
        {
            values.Clear();
        }

        lookup[text] = value;
    }

    public void Clear() => values.Clear();

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly BytesComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            // string's hash is keyed anew in each process: nobody can choose texts that collide.
            return string.GetHashCode(MemoryMarshal.Cast<byte, char>(alternate)) ^ (int.IsOddInteger(alternate.Length) ? alternate[^1] : 0);
        }
    }
}
