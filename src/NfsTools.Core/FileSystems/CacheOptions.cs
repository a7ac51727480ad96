namespace NfsTools.FileSystems;

/// <summary>How long a client may answer from its caches: the options in force, defaults filled in (nfs(5), mount.cifs(8)).</summary>
/// <param name="RegularMinimum">acregmin: a file's attributes are believed for at least so long.</param>
/// <param name="RegularMaximum">acregmax: ... and at most so long, while they stand still.</param>
/// <param name="DirectoryMinimum">acdirmin: the same for directories.</param>
/// <param name="DirectoryMaximum">acdirmax: ... at most.</param>
/// <param name="LookupCache">lookupcache: all, positive or none.</param>
/// <param name="CloseToOpen">cto: opening a file asks the server; off with nocto.</param>
/// <param name="SoftRevalidation">softreval: after a server time-out the cache answers, however old.</param>
/// <param name="Hard">hard: calls wait for the server for ever; soft ones fail after a time-out.</param>
public sealed record CacheOptions(
    TimeSpan RegularMinimum, TimeSpan RegularMaximum, TimeSpan DirectoryMinimum, TimeSpan DirectoryMaximum,
    string LookupCache, bool CloseToOpen, bool SoftRevalidation, bool Hard)
{
    /// <summary>No cache between this host and the file.</summary>
    public static CacheOptions None { get; } = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, "all", true, false, true);

    /// <summary>How old a file's attributes may be.</summary>
    public TimeSpan WorstAttribute => Longer(RegularMinimum, RegularMaximum);

    /// <summary>How old a directory's listing may be, where it is held open; one opened anew asks the server.</summary>
    public TimeSpan WorstListing => Longer(DirectoryMinimum, DirectoryMaximum);

    /// <summary>How long a "does not exist" may outlive the file's creation.</summary>
    public TimeSpan WorstMissing => LookupCache == "all" ? WorstListing : TimeSpan.Zero;

    internal static CacheOptions OfNfs(Mount mount)
    {
        TimeSpan Seconds(string option, long usual) => TimeSpan.FromSeconds(mount.Has("noac") ? 0 : mount.Number("actimeo") ?? mount.Number(option) ?? usual);
        var lookup = mount.Options.GetValueOrDefault("lookupcache", "all");
        return new CacheOptions(
            Seconds("acregmin", 3), Seconds("acregmax", 60), Seconds("acdirmin", 30), Seconds("acdirmax", 60),
            lookup == "pos" ? "positive" : lookup,
            !mount.Has("nocto"), mount.Has("softreval"), !mount.Has("soft") && !mount.Has("softerr"));
    }

    internal static CacheOptions OfSmb(Mount mount)
    {
        // One time for files and one for directories, a second each unless told otherwise.
        var both = mount.Number("actimeo");
        var (regular, directory) = (TimeSpan.FromSeconds(both ?? mount.Number("acregmax") ?? 1), TimeSpan.FromSeconds(both ?? mount.Number("acdirmax") ?? 1));
        return new CacheOptions(regular, regular, directory, directory, "all", true, false, mount.Has("hard"));
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
