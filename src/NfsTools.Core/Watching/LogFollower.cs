using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Watching;

/// <summary>
/// Follows a growing log through its rotations. A rotation is not an event to be caught: each scan looks at the live file and
/// every archive, tells by content which generation each holds, and goes on in each where it was left. So it does not
/// matter by which way a log was rotated, how often since the last look, or under how many names its content is found.
/// </summary>
internal sealed class LogFollower(string livePath, TimeProvider time)
{
    private const int MostSettlingTries = 5;

    // A file changed within this time may change again without a trace in its times: its head is read anew.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);
    private readonly FreshStamps stamps = new(time);
    private readonly Dictionary<string, (FileStatus Status, string? Fingerprint)> heads = [];
    private FileStatus? settled;

    public LogFamily Family { get; } = new(livePath);

    /// <summary>Whether the log is on a file system of this host's own, whose time stamps are this host's too.</summary>
    public bool IsLocal => stamps.PlaceOf(Family.Directory).Family == FileSystemFamily.Local;

    /// <summary>Whether the last scan found the live file.</summary>
    public bool LiveExists { get; private set; }

    /// <summary>The name under which the last scan found each fingerprint; the newest where there are several.</summary>
    public IReadOnlyDictionary<string, string> Found { get; private set; } = new Dictionary<string, string>();

    /// <summary>Finds what is to be read, oldest first. The caller disposes the segments.</summary>
    /// <param name="known">The generations read so far; new ones are added as they are read.</param>
    /// <exception cref="IOException">A file cannot be looked at; nothing is known to be lost.</exception>
    public List<LogSegment> Scan(IReadOnlyCollection<LogGeneration> known)
    {
        Settle();
        var paths = Family.List();
        var members = new List<Member>(paths.Count);
        LiveExists = false;
        foreach (var path in paths)
        {
            var live = path == Family.LivePath;
            if (FileStatus.Of(path, fresh: true) is { } status && Fingerprint(path, live, ref status) is var fingerprint)
            {
                LiveExists |= live;
                if (fingerprint is not null)
                {
                    members.Add(new Member(path, status, fingerprint, live, members.Count));
                }
            }
        }

        foreach (var gone in heads.Keys.Except(paths).ToList())
        {
            heads.Remove(gone);
        }

        Found = members.GroupBy(m => m.Fingerprint).ToDictionary(g => g.Key, g => g.Last().Path);
        var segments = new List<LogSegment>();
        foreach (var copies in members.GroupBy(m => m.Fingerprint).OrderBy(g => g.Max(m => m.Order)))
        {
            // The writer has begun a newer file, so it has finished with this one.
            var rotated = !copies.Any(m => m.Live) && members.Any(m => m.Order > copies.Max(c => c.Order));
            if (Segment(copies.OrderByDescending(m => m.Status.Size), known.Where(g => g.Fingerprint == copies.Key).ToList(), rotated) is { } segment)
            {
                segments.Add(segment);
            }
        }

        return segments;
    }

    // Where others change the directory, what the client believes of its names is renewed, and its last change aged.
    private void Settle()
    {
        if (IsLocal)
        {
            return;
        }

        for (var tries = 0; tries < MostSettlingTries; tries++)
        {
            var seen = stamps.RenewNames(Family.Directory);
            if (seen == settled)
            {
                return;
            }

            settled = seen;
            Task.Delay(ServerTick.Of([seen]), time).Wait();
        }
    }

    private string? Fingerprint(string path, bool live, ref FileStatus status)
    {
        if (heads.TryGetValue(path, out var seen) && seen.Status == status && Age(status) > Settled)
        {
            return seen.Fingerprint;
        }

        using var file = ReadOnlyFile.TryOpen(path);
        if (file is null)
        {
            heads.Remove(path);
            return null;
        }

        status = file.Status();
        var fingerprint = LogHead.Read(file, live);
        heads[path] = (status, fingerprint);
        return fingerprint;
    }

    private TimeSpan Age(FileStatus status) =>
        time.GetUtcNow() - DateTimeOffset.UnixEpoch.AddTicks(Math.Max(status.ModifyTime, status.ChangeTime) / TimeSpan.NanosecondsPerTick);

    // Of the copies of one generation the longest is read; a copy no longer than what was read already says nothing new.
    private static LogSegment? Segment(IEnumerable<Member> copies, List<LogGeneration> known, bool rotated)
    {
        foreach (var copy in copies)
        {
            if (known.Count > 0 && known.TrueForAll(g => g.Position >= copy.Status.Size))
            {
                continue;
            }

            var file = ReadOnlyFile.TryOpen(copy.Path);
            if (file is null)
            {
                continue;
            }

            var size = file.Status().Size;
            var same = known.Find(g => g.Position <= size && LogSegment.TailMatches(file, g));
            var segment = new LogSegment(file, same ?? new LogGeneration { Fingerprint = copy.Fingerprint, Variant = known.Count }, copy.Live, rotated);
            if ((same is not null || known.TrueForAll(g => g.Position <= size)) && segment.HoldsGeneration())
            {
                return segment;
            }

            file.Dispose();
        }

        return null;
    }

    private sealed record Member(string Path, FileStatus Status, string Fingerprint, bool Live, int Order);
}
