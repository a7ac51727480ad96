using System.Text;

namespace NfsTools.Accounting.Formats.Pbs;

/// <summary>How the keys that columns are taken from are written.</summary>
internal static class PbsKeys
{
    // In the order of PbsKey.
    private static readonly string[] Names =
    [
        "user",
        "group",
        "account",
        "project",
        "jobname",
        "queue",
        "resvID",
        "ctime",
        "qtime",
        "etime",
        "start",
        "end",
        "owner",
        "exec_host",
        "exec_vnode",
        "exec_gpus",
        "Exit_status",
        "total_execution_slots",
        "run_count",
        "eligible_time",
        "resources_used.cput",
        "resources_used.walltime",
        "resources_used.mem",
        "resources_used.vmem",
        "resources_used.ncpus",
        "Resource_List.ncpus",
        "Resource_List.procs",
        "Resource_List.nodes",
        "Resource_List.select",
        "Resource_List.mem",
        "Resource_List.walltime",
        "Resource_List.ngpus",
        "Resource_List.qos",
    ];

    private static readonly (byte[] Name, PbsKey Key)[][] ByLength =
    [
        .. Enumerable.Range(0, Names.Max(n => n.Length) + 1).Select(l => Names.Index().Where(n => n.Item.Length == l).Select(n => (Encoding.ASCII.GetBytes(n.Item), (PbsKey)n.Index)).ToArray()),
    ];

    /// <summary>How many there are.</summary>
    public static int Count => Names.Length;

    /// <summary>A key as the log writes it.</summary>
    public static string NameOf(PbsKey key) => Names[(int)key];

    /// <summary>Whether a key's first value counts: it stands before all texts that a user chose. Of the others the last one does.</summary>
    public static bool IsFirst(PbsKey key) => key is PbsKey.User or PbsKey.Group;

    /// <summary>The key of a name; null for one that no column is taken from.</summary>
    public static PbsKey? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length < ByLength.Length)
        {
            foreach (var (known, key) in ByLength[name.Length])
            {
                if (name.SequenceEqual(known))
                {
                    return key;
                }
            }
        }

        return null;
    }
}
