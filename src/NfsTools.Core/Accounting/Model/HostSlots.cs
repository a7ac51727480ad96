using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace NfsTools.Accounting;

/// <summary>A host and the slots a job held on it, written <c>host</c> or <c>4*host</c>.</summary>
internal readonly record struct HostSlots(string Host, int Slots)
{
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
        var slots = new OrderedDictionary<string, int>();
        for (var i = 0; i < count; i++)
        {
            var held = Of(entry(i), out var host);
            var name = Encoding.UTF8.GetString(host);
            slots[name] = held + slots.GetValueOrDefault(name);
        }

        var joined = new ArrayBufferWriter<byte>();
        foreach (var (host, held) in slots)
        {
            Encoding.UTF8.GetBytes($"{(joined.WrittenCount > 0 ? " " : "")}{(held == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"{held}*"))}{host}", joined);
        }

        return joined.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Join"/> wrote.</summary>
    public static IEnumerable<HostSlots> Split(string hosts)
    {
        foreach (var entry in hosts.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var slots = Of(Encoding.UTF8.GetBytes(entry), out var host);
            yield return new HostSlots(Encoding.UTF8.GetString(host), slots);
        }
    }
}
