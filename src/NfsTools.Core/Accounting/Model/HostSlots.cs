using System.Globalization;

namespace NfsTools.Accounting;

/// <summary>A host and the slots a job held on it, written <c>host</c> or <c>4*host</c>.</summary>
internal readonly record struct HostSlots(string Host, int Slots)
{
    public static HostSlots Of(string text)
    {
        var star = text.IndexOf('*', StringComparison.Ordinal);
        return star > 0 && int.TryParse(text.AsSpan(0, star), NumberStyles.None, CultureInfo.InvariantCulture, out var slots)
            ? new HostSlots(text[(star + 1)..], slots)
            : new HostSlots(text, 1);
    }

    /// <summary>Hosts in the order of their first slot, each named once.</summary>
    public static string Join(IEnumerable<string> entries) =>
        string.Join(' ', entries.Select(Of).GroupBy(h => h.Host, h => h.Slots).Select(g => g.Sum() is var slots && slots == 1 ? g.Key : $"{slots}*{g.Key}"));

    /// <summary>Reads what <see cref="Join"/> wrote.</summary>
    public static IEnumerable<HostSlots> Split(string hosts) => hosts.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Of);
}
