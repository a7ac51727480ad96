using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace NfsTools.Accounting.Model;

/// <summary>
/// Maps UTF-8 texts that come again and again (users, queues, hosts) to one value each, without making a string to look.
/// It forgets everything when it is full, and keeps no long texts, so that no log can fill the memory. Not thread safe.
/// </summary>
internal sealed class TextPool<TValue>
{
    private const int MostTexts = 20_000;
    private const int MostBytes = 4 << 20;
    private const int LongestText = 64 << 10;
    private readonly Dictionary<byte[], TValue> values = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], TValue>.AlternateLookup<ReadOnlySpan<byte>> lookup;
    private int bytes;

    public TextPool() => lookup = values.GetAlternateLookup<ReadOnlySpan<byte>>();

    public bool TryGet(ReadOnlySpan<byte> text, [MaybeNullWhen(false)] out TValue value) => lookup.TryGetValue(text, out value);

    public void Set(ReadOnlySpan<byte> text, TValue value)
    {
        if (text.Length > LongestText)
        {
            return;
        }

        if (values.Count >= MostTexts || bytes > MostBytes)
        {
            Clear();
        }

        lookup[text] = value;
        bytes += text.Length;
    }

    public void Clear()
    {
        values.Clear();
        bytes = 0;
    }

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
