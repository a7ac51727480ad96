using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.HTCondor;

/// <summary>The hosts of slots, <c>slot1_2@host,slot1@other</c>.</summary>
internal static class HTCondorHosts
{
    /// <summary>The hosts as <see cref="JobRecord.Hosts"/> has them; empty where there is none.</summary>
    /// <param name="slots">The slots' names in UTF-8.</param>
    /// <param name="cpus">The cores held in each.</param>
    public static byte[] Of(ReadOnlySpan<byte> slots, long cpus)
    {
        var entries = new List<byte[]>();
        foreach (var range in slots.Split((byte)','))
        {
            var slot = slots[range].Trim((byte)' ');
            var host = slot[(slot.LastIndexOf((byte)'@') + 1)..];
            if (!host.IsEmpty && !host.ContainsAny(" \t*"u8))
            {
                entries.Add(cpus == 1 ? host.ToArray() : [.. Encoding.ASCII.GetBytes($"{cpus}*"), .. host]);
            }
        }

        return entries.Count switch { 0 => [], 1 => entries[0], _ => HostSlots.Join(entries.Count, i => entries[i]) };
    }
}
