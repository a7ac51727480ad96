namespace NfsTools.FileSystems;

/// <summary>A line of /proc/self/mountinfo (proc(5)).</summary>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="Root">The directory of the file system that is mounted there; not / for a bind mount.</param>
/// <param name="Type">The type as the kernel names it, e.g. nfs4 or fuse.sshfs.</param>
/// <param name="Source">What is mounted, e.g. server:/export.</param>
/// <param name="Options">The options in force, those of the mount and those of the file system; a flag has an empty value.</param>
public sealed record Mount(string MountPoint, string Root, string Type, string Source, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>The mount's number.</summary>
    public int Id { get; init; }

    /// <summary>The number of the mount that the mount point is on.</summary>
    public int ParentId { get; init; }

    /// <summary>Whether it is the same file system, by its name, in the same place; mounted anew it has another number.</summary>
    public bool IsSame(Mount other) => MountPoint == other.MountPoint && Root == other.Root && Type == other.Type && Source == other.Source;

    /// <summary>Whether an option is set.</summary>
    public bool Has(string option) => Options.ContainsKey(option);

    /// <summary>An option's value as a number; null where it is not set or none.</summary>
    public long? Number(string option) => Options.TryGetValue(option, out var value) && long.TryParse(value, out var number) ? number : null;
}
