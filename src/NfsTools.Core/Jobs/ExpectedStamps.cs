using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Jobs;

/// <summary>Stamps that files are expected to have, from manifests of the jobs that wrote them.</summary>
public sealed class ExpectedStamps
{
    private readonly Dictionary<string, FileStamp> byPath = new(StringComparer.Ordinal);
    private readonly Lazy<Dictionary<string, FileStamp>> byRealPath;

    /// <param name="stamps">The stamps; of several of one file the one taken last counts.</param>
    public ExpectedStamps(IEnumerable<FileStamp> stamps)
    {
        foreach (var stamp in stamps)
        {
            if (!byPath.TryGetValue(stamp.Path, out var known) || known.TakenAt <= stamp.TakenAt)
            {
                byPath[stamp.Path] = stamp;
            }
        }

        byRealPath = new(() => byPath.Values.GroupBy(s => RealPath(s.Path)).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal));
    }

    /// <summary>All of them, one a file.</summary>
    public IReadOnlyCollection<FileStamp> All => byPath.Values;

    /// <summary>The stamps of manifests.</summary>
    /// <exception cref="NfsToolsException">One cannot be read, or is no manifest.</exception>
    public static ExpectedStamps Read(IEnumerable<string> manifests) => new(manifests.SelectMany(m => StampManifest.Read(m)));

    /// <summary>
    /// The stamp expected of a file; null where there is none. Directories may be called otherwise on the host that took it:
    /// behind their symbolic links they are the same.
    /// </summary>
    /// <param name="path">The file, absolute.</param>
    public FileStamp? Of(string path) => byPath.GetValueOrDefault(path) ?? (byPath.Count > 0 ? byRealPath.Value.GetValueOrDefault(RealPath(path)) : null);

    // The name itself may be a link that the job has made: its stamp is the target's, under its own name.
    private static string RealPath(string path) => Path.GetDirectoryName(path) is { } directory ? Path.Join(Libc.RealPath(directory) ?? directory, Path.GetFileName(path)) : path;
}
