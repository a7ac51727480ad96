using System.Buffers.Text;
using System.Text;

namespace NfsTools.Accounting.Model;

/// <summary>A host and the slots a job held on it, written <c>host</c> or <c>4*host</c>.</summary>
internal readonly record struct HostSlots(string Host, int Slots)
{
    // Of 32 bits, with a sign.
    private const int MostDigits = 11;

    /// <summary>Reads an entry.</summary>
    /// <param name="entry">The entry, in UTF-8.</param>
    /// <param name="host">Its host.</param>
    /// <returns>Its slots.</returns>
    public static int Of(ReadOnlySpan<byte> entry, out ReadOnlySpan<byte> host)
    {
        var star = entry.IndexOf((byte)'*');
        if (star > 0 && !entry[..star].ContainsAnyExceptInRange((byte)'0', (byte)'9') && Utf8Parser.TryParse(entry[..star], out int slots, out _))
        {
            host = entry[(star + 1)..];
            return slots;
        }

        host = entry;
        return 1;
    }

    /// <summary>Hosts in the order of their first slot, each named once, in UTF-8; their slots fit 32 bits together.</summary>
    /// <param name="count">How many entries there are.</param>
    /// <param name="entry">One of them, in UTF-8.</param>
    public static byte[] Join(int count, Func<int, ReadOnlySpan<byte>> entry)
    {
        // A job on 100,000 slots has that many: a host is known by its first entry, not by a string of its own.
        var slots = new OrderedDictionary<int, int>(count, new SameHost(entry));
        for (var i = 0; i < count; i++)
        {
            var held = Of(entry(i), out _);
            if (!slots.TryAdd(i, held, out var at))
            {
                slots.SetAt(at, slots.GetAt(at).Value + held);
            }
        }

        var joined = new byte[slots.Sum(s => Write(s, [])) - 1];
        var length = 0;
        foreach (var slot in slots)
        {
            length += Write(slot, joined.AsSpan(length));
        }

        return joined;

        // An entry and a blank behind it, which the last one has no room for; nothing but their length where there is no room at all.
        int Write(KeyValuePair<int, int> slot, Span<byte> target)
        {
            Span<byte> before = stackalloc byte[MostDigits + 1];
            before = before[..(slot.Value != 1 && Utf8Formatter.TryFormat(slot.Value, before, out var digits) ? digits + 1 : 0)];
            Of(entry(slot.Key), out var host);
            var end = before.Length + host.Length;
            if (!target.IsEmpty)
            {
                if (!before.IsEmpty)
                {
                    before[^1] = (byte)'*';
                    before.CopyTo(target);
                }

                host.CopyTo(target[before.Length..]);
                if (end < target.Length)
                {
                    target[end] = (byte)' ';
                }
            }

            return end + 1;
        }
    }

    /// <summary>Takes the next entry off what <see cref="Join"/> wrote; an entry without a host is passed over.</summary>
    /// <param name="rest">What is left, in UTF-8; what is left behind the entry afterwards.</param>
    /// <param name="host">Its host.</param>
    /// <param name="slots">Its slots.</param>
    /// <returns>Whether there was one.</returns>
    public static bool TryNext(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> host, out int slots)
    {
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)' ');
            slots = Of(end < 0 ? rest : rest[..end], out host);
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (!host.IsEmpty)
            {
                return true;
            }
        }

        host = [];
        slots = 0;
        return false;
    }

    /// <summary>All entries of what <see cref="Join"/> wrote. A host that is named twice counts by its first entry.</summary>
    public static List<HostSlots> Split(ReadOnlySpan<byte> hosts)
    {
        var (entries, named) = (new List<HostSlots>(), new HashSet<string>());
        while (TryNext(ref hosts, out var host, out var slots))
        {
            if (Encoding.UTF8.GetString(host) is var name && named.Add(name))
            {
                entries.Add(new HostSlots(name, slots));
            }
        }

        return entries;
    }

    private sealed class SameHost(Func<int, ReadOnlySpan<byte>> entry) : IEqualityComparer<int>
    {
        public bool Equals(int x, int y) => x == y || Host(x).SequenceEqual(Host(y));

        // Keyed anew in each process: nobody can choose hosts that collide.
        public int GetHashCode(int obj)
        {
            var hash = new HashCode();
            hash.AddBytes(Host(obj));
            return hash.ToHashCode();
        }

        private ReadOnlySpan<byte> Host(int at)
        {
            Of(entry(at), out var host);
            return host;
        }
    }
}
