using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Accounting.Collecting;

/// <summary>A file beside a log that looks like an archive of it, and is not read.</summary>
/// <param name="LivePath">The log.</param>
/// <param name="Path">The file.</param>
/// <param name="Reason">Why it is not read, and what to do.</param>
public sealed record UnreadArchive(string LivePath, string Path, string Reason)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Looks beside the logs of a store. Directories that do not answer within 5 s, or cannot be read, are passed over.</summary>
    /// <exception cref="NfsToolsException">The store cannot be read.</exception>
    public static IReadOnlyList<UnreadArchive> Of(AccountingStore store)
    {
        var families = store.Generations().Where(g => !g.IsPipeline && !g.IsCommand).Select(g => new KnownLog(g.Cluster, g.Format, g.LivePath)).Distinct()
            .Select(l => (l.Format, Family: FamilyOf(store, l))).ToList();
        var looks = families.ConvertAll(f => Abandonable.Start(() => Look(f.Family, f.Format, [.. families.Select(o => o.Family)])));
        Task.WaitAny([Task.WhenAll(looks)], Patience);
        return [.. looks.Where(l => l.IsCompletedSuccessfully).SelectMany(l => l.Result).DistinctBy(u => u.Path)];
    }

    /// <summary>The files of a log, as its collector takes them.</summary>
    /// <exception cref="NfsToolsException">The store cannot be read.</exception>
    internal static LogFamily FamilyOf(AccountingStore store, KnownLog log)
    {
        var (layout, archives) = store.Archives(log);
        return new LogFamily(log.LivePath, CollectorSource.LayoutOf(log.Format, layout), archives);
    }

    private static IReadOnlyList<UnreadArchive> Look(LogFamily family, string format, IReadOnlyList<LogFamily> all)
    {
        try
        {
            family.List();
            return new LookAlikes(format).Of(family, all);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
