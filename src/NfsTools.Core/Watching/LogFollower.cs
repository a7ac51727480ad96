using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Watching;

/// <summary>
/// Follows a growing log through its rotations. A rotation is not an event to be caught: each scan looks at the live file and
/// every archive, tells by content which generation each holds, and goes on in each where it was left. So it does not
/// matter by which way a log was rotated, how often since the last look, or under how many names its content is found.
/// </summary>
/// <param name="livePath">The live log.</param>
/// <param name="nulPatience">How long NUL bytes in the live log may wait to be filled in by their writer's host before they are damage.</param>
/// <param name="time">The clock.</param>
internal sealed class LogFollower(string livePath, TimeSpan nulPatience, TimeProvider time)
{
    private const int MostSettlingTries = 5;
    private const int ChunkBytes = 4 << 20;

    // A file seen to change within this time may change again without a trace in its times: its head is read anew. Its age is
    // not asked for: the server's clock is not this host's.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);
    private readonly FreshStamps stamps = new(time);
    private readonly Dictionary<string, Seen> heads = [];
    private FileStatus? settled;
    private string? waiting;
    private string? told;
    private (string Fingerprint, long Offset, long Since)? hole;

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
        (LiveExists, waiting) = (false, "the file is not there; waiting for it");
        foreach (var path in paths)
        {
            if (FileStatus.Of(path, fresh: true) is not { } status)
            {
                continue;
            }

            if (path == Family.LivePath)
            {
                (LiveExists, waiting) = (true, null);
            }

            if (Head(path, known, ref status) is { } head)
            {
                members.Add(new Member(path, status, head.Fingerprint, head.HoldNuls, path == Family.LivePath, members.Count));
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

    /// <summary>Reads on in a segment; null where it does not hold its generation any more.</summary>
    /// <param name="segment">The segment, of the last scan.</param>
    /// <param name="position">Where to read on.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public LogChunk? Read(LogSegment segment, long position)
    {
        var size = segment.Size;
        var buffer = GC.AllocateUninitializedArray<byte>((int)Math.Clamp(size - position, 0, ChunkBytes));
        if (segment.Read(buffer, position) is not { } read)
        {
            return null;
        }

        var data = buffer.AsMemory(0, read);
        var ended = position + read >= size || read < buffer.Length;
        return new LogChunk(data, ended, segment.Rotated && ended, AcceptNuls(segment, data.Span, position), size - position - read);
    }

    /// <summary>What stands in the way of reading on; null for nothing, and for what was told before.</summary>
    /// <param name="failure">What made the last scan fail; null where it did not.</param>
    public string? TakeNews(string? failure = null)
    {
        var before = told;
        told = failure ?? waiting;
        return told == before ? null : told;
    }

    // A hole that its writer's host fills in is gone at the next look; one that stays is damage.
    private bool AcceptNuls(LogSegment segment, ReadOnlySpan<byte> data, long position) =>
        data.IndexOf((byte)0) is var at && at >= 0 && AcceptNuls(segment.Generation.Fingerprint, position + at, segment.Status);

    private bool AcceptNuls(string fingerprint, long offset, FileStatus status)
    {
        if (hole is not { } seen || seen.Fingerprint != fingerprint || seen.Offset != offset)
        {
            hole = seen = (fingerprint, offset, time.GetTimestamp());
        }

        // A file server's clock is not this host's: only where both are the same does the file's age count too.
        if (time.GetElapsedTime(seen.Since) >= nulPatience || (IsLocal && Age(status) >= nulPatience))
        {
            return true;
        }

        waiting = $"NUL bytes at byte {offset}: not written back by the writer's host yet, or damage; waiting";
        return false;
    }

    // Where others change the directory, what the client believes of its names is renewed, and its last change aged.
    private void Settle()
    {
        if (IsLocal)
        {
            return;
        }

        var seen = stamps.RenewNames(Family.Directory);
        for (var tries = 0; seen != settled && tries < MostSettlingTries; tries++)
        {
            settled = seen;
            Task.Delay(ServerTick.Of([seen]), time).Wait();
            seen = stamps.RenewNames(Family.Directory);

            // Somebody on this host may have had it listed within the tick: the client would go on believing that listing.
            FreshStamps.ForgetListing(Family.Directory, stamps.PlaceOf(Family.Directory));
        }
    }

    // What identifies a file, and whether NUL bytes in its first line are still waited for; null while there is no such line.
    private (string Fingerprint, bool HoldNuls)? Head(string path, IReadOnlyCollection<LogGeneration> known, ref FileStatus status)
    {
        if (heads.Remove(path, out var seen) && seen.Status == status && seen.IsSettled)
        {
            heads[path] = seen;
            return (seen.Fingerprint, seen.HoldNuls);
        }

        using var file = ReadOnlyFile.TryOpen(path);
        if (file is null)
        {
            return null;
        }

        var readAt = time.GetTimestamp();
        status = file.Status();
        var holdNuls = path == Family.LivePath;
        var fingerprint = LogHead.Read(file, holdNuls);
        if (fingerprint is null && holdNuls && LogHead.Read(file, holdNuls: false) is { } damaged
            && (known.Any(g => g.Fingerprint == damaged) || AcceptNuls(damaged, 0, status)))
        {
            (fingerprint, holdNuls) = (damaged, false);
        }

        if (fingerprint is null)
        {
            return null;
        }

        var since = seen?.Status == status ? seen.Since : readAt;
        heads[path] = new Seen(status, fingerprint, holdNuls, since, time.GetElapsedTime(since, readAt) > Settled);
        return (fingerprint, holdNuls);
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
            var segment = new LogSegment(file, same ?? new LogGeneration { Fingerprint = copy.Fingerprint, Variant = known.Count }, copy.HoldNuls, rotated);
            if ((same is not null || known.TrueForAll(g => g.Position <= size)) && segment.HoldsGeneration())
            {
                return segment;
            }

            file.Dispose();
        }

        return null;
    }

    // What a file's head said, since when the file has looked like that, and whether the head was read long enough after that.
    private sealed record Seen(FileStatus Status, string Fingerprint, bool HoldNuls, long Since, bool IsSettled);

    private sealed record Member(string Path, FileStatus Status, string Fingerprint, bool HoldNuls, bool Live, int Order);
}
