using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Watching;

/// <summary>
/// Follows a growing log through its rotations. A rotation is not an event to be caught: each scan looks at the live file and
/// every archive, tells by content which generation each holds, and goes on in each where it was left. So it does not
/// matter by which way a log was rotated, how often since the last look, or under how many names its content is found.
/// </summary>
/// <param name="family">The log.</param>
/// <param name="identity">What tells its files from others.</param>
/// <param name="nulPatience">How long NUL bytes in the live log may wait to be filled in by their writer's host before they are damage.</param>
/// <param name="time">The clock.</param>
internal sealed class LogFollower(LogFamily family, ILogIdentity identity, TimeSpan nulPatience, TimeProvider time)
{
    private const int MostSettlingTries = 5;

    // A file that is open cannot go away: the oldest, which is rotated away first, is read first. Beyond these, files are opened
    // when their turn comes, however many archives there are.
    private const int MostOpen = 16;

    /// <summary>
    /// How much is read at once unless more is asked for, in bytes. Of lsb.acct it is 3,400 jobs, a transaction. Measured: collecting takes a
    /// fifth longer with 2 MiB than with 4, because each transaction writes the same pages of indexes and roll-up; with 4 MiB it takes 135 MB
    /// of memory where each job has a group of its own, with 3 MiB 114.
    /// </summary>
    public const int ChunkBytes = 3 << 20;

    // A file seen to change within this time may change again without a trace in its times: its head is read anew. Its age is
    // not asked for: the server's clock is not this host's.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);
    private readonly FreshStamps stamps = new(time);
    private readonly Dictionary<string, Seen> heads = [];
    private readonly LogPatience patience = new(nulPatience, time);
    private readonly Dictionary<(ulong One, ulong Other), long> agreed = [];
    private readonly Dictionary<string, FileStatus?> settled = [];
    private string? waiting;
    private string? told;

    public LogFamily Family => family;

    /// <summary>Whether the log is on a file system of this host's own, whose time stamps are this host's too.</summary>
    public bool IsLocal => stamps.PlaceOf(Family.Directory).Family == FileSystemFamily.Local;

    /// <summary>Whether the last scan found the live file.</summary>
    public bool LiveExists { get; private set; }

    /// <summary>Whether the last scan found something in each file that holds anything: what it did not find is not there.</summary>
    public bool KnowsAll { get; private set; }

    /// <summary>The files that the last scan found, oldest first, and which generation each holds.</summary>
    public IReadOnlyList<LogMember> Found { get; private set; } = [];

    /// <summary>
    /// Why an archive that may hold what was not read cannot be: it cannot be unpacked to its end, or this user may not read it. The
    /// other files are read meanwhile. Null for none.
    /// </summary>
    public IOException? Unreadable { get; private set; }

    /// <summary>Finds what is to be read, oldest first. The caller disposes the segments.</summary>
    /// <param name="known">The generations read so far; new ones are added as they are read.</param>
    /// <exception cref="IOException">A file cannot be looked at; nothing is known to be lost.</exception>
    public List<LogSegment> Scan(IReadOnlyCollection<LogGeneration> known)
    {
        foreach (var directory in Family.Directories)
        {
            Settle(directory);
        }

        var paths = Family.List();
        var members = new List<LogMember>(paths.Count);
        (LiveExists, KnowsAll, waiting, Unreadable) = (false, true, "the file is not there; waiting for it", null);
        foreach (var path in paths)
        {
            if (FileStatus.Of(path, fresh: true) is not { } status)
            {
                continue;
            }

            (LiveExists, waiting) = path == Family.Growing ? (true, null) : (LiveExists, waiting);
            if (!status.IsRegular)
            {
                // Nothing is kept in a pipe or a device, and to open one may do something.
                _ = path == Family.Growing ? throw new IOException($"it is {status.Kind}, no regular file") : 0;
                continue;
            }

            if (Look(path, known, status) is { } seen)
            {
                members.Add(new LogMember(path, seen.Status, seen.Fingerprint, seen.HoldNuls, seen.Size, path == Family.Growing, seen.IsPacked, members.Count)
                {
                    Generation = seen.IsSettled ? known.FirstOrDefault(g => g.Fingerprint == seen.Fingerprint && g.Variant == seen.Variant) : null,
                });
            }
            else
            {
                KnowsAll &= status.Size == 0;
            }
        }

        foreach (var gone in heads.Keys.Except(paths).ToList())
        {
            heads.Remove(gone);
        }

        // The writer has begun a newer file than the archives, so it has finished with these.
        Found = members.ConvertAll(m => m with { IsRotated = !m.IsLive && m.Order < members.Count - 1 });
        foreach (var alike in Found.GroupBy(m => m.Fingerprint))
        {
            new LogMatch([.. known.Where(g => g.Fingerprint == alike.Key)], AcceptShorter, agreed).Tell([.. alike]);
        }

        foreach (var member in Found)
        {
            heads[member.Path] = heads[member.Path] with { Variant = member.Generation?.Variant };
        }

        // Another file may hold the same: an archive that is just being compressed is there twice.
        var damaged = Found.FirstOrDefault(m => m.Size is null && !Found.Any(o => o.Fingerprint == m.Fingerprint && o.Size is not null))?.Path;
        Unreadable ??= damaged is null ? null : new DamagedArchiveException(damaged, null);
        waiting ??= Unreadable is null ? null : $"{Unreadable.Message}; waiting";
        return Segments();
    }

    /// <summary>Reads on in a segment; null where it does not hold its generation any more.</summary>
    /// <param name="segment">The segment, of the last scan.</param>
    /// <param name="position">Where to read on.</param>
    /// <param name="most">How many bytes at most.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public LogChunk? Read(LogSegment segment, long position, int most = ChunkBytes)
    {
        var size = segment.Size;
        var length = (int)Math.Clamp(size - position, 0, most);
        var buffer = LogChunk.Rent(length);
        int? filled = null;
        try
        {
            filled = segment.Read(buffer.AsSpan(0, length), position);
        }
        finally
        {
            if (filled is null)
            {
                LogChunk.Release(buffer);
            }
        }

        if (filled is not { } read)
        {
            return null;
        }

        var data = buffer.AsMemory(0, read);
        var ended = position + read >= size || read < length;
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
        data.IndexOf((byte)0) is var at && at >= 0 &&
        AcceptNuls(segment.Generation.Fingerprint, position + at, data[at..].IndexOfAnyExcept((byte)0) is var run && run < 0 ? data.Length - at : run, segment.Status);

    private bool AcceptNuls(string fingerprint, long offset, long length, FileStatus status) => Accept(patience.OfNuls(fingerprint, offset, length, status, IsLocal));

    // A live log that shrank and stays so, or is written to from there on, was truncated.
    private bool AcceptShorter(LogMember file, LogGeneration longer) => Accept(patience.OfShorter(file, longer, IsLocal));

    private bool Accept(string? wait)
    {
        waiting = wait ?? waiting;
        return wait is null;
    }

    // Where others change the directory, what the client believes of its names is renewed, and its last change aged.
    private void Settle(string directory)
    {
        if (stamps.PlaceOf(directory).Family == FileSystemFamily.Local)
        {
            return;
        }

        var seen = stamps.RenewNames(directory);
        for (var tries = 0; seen != settled.GetValueOrDefault(directory) && tries < MostSettlingTries; tries++)
        {
            settled[directory] = seen;
            Task.Delay(ServerTick.Of([seen]), time).Wait();
            seen = stamps.RenewNames(directory);

            // Somebody on this host may have had it listed within the tick: the client would go on believing that listing.
            FreshStamps.ForgetListing(directory, stamps.PlaceOf(directory));
        }
    }

    // What a file begins with and how much it holds; null while it has no first line.
    private Seen? Look(string path, IReadOnlyCollection<LogGeneration> known, FileStatus status)
    {
        if (heads.Remove(path, out var seen) && seen.Status == status && seen.IsSettled)
        {
            return heads[path] = seen;
        }

        using var file = Open(path);
        if (file is null)
        {
            return null;
        }

        var readAt = time.GetTimestamp();
        status = file.Status();
        var holdNuls = path == Family.Growing;
        var fingerprint = LogHead.Read(file, identity, holdNuls);
        if (fingerprint is null && holdNuls && LogHead.Read(file, identity, holdNuls: false) is { } damaged
            && (known.Any(g => g.Fingerprint == damaged) || AcceptNuls(damaged, 0, 0, status)))
        {
            (fingerprint, holdNuls) = (damaged, false);
        }

        if (fingerprint is null)
        {
            return null;
        }

        var since = seen?.Status == status ? seen.Since : readAt;

        // A compressed file that can be unpacked to its end is finished: that is found out once, for it takes a whole pass.
        var size = SizeOf(file);
        var isSettled = (file.IsPacked && size is not null) || time.GetElapsedTime(since, readAt) > Settled;
        return heads[path] = new Seen(status, fingerprint, holdNuls, size, file.IsPacked, null, since, isSettled);
    }

    // An archive that somebody else made, and that this user may not read, does not hold up the live log.
    private LogFile? Open(string path)
    {
        try
        {
            return LogFile.TryOpen(path);
        }
        catch (IOException e) when (path != Family.Growing && e.HResult is (Libc.NotPermitted or Libc.OperationNotPermitted))
        {
            (Unreadable, KnowsAll) = (Unreadable ?? e, false);
            return null;
        }
    }

    private static long? SizeOf(LogFile file)
    {
        try
        {
            return file.Size;
        }
        catch (DamagedArchiveException)
        {
            return null;
        }
    }

    private List<LogSegment> Segments()
    {
        var segments = new List<LogSegment>();
        try
        {
            foreach (var copies in Found.Where(m => m.Generation is not null).GroupBy(m => m.Generation).OrderBy(g => g.Max(m => m.Order)))
            {
                // A copy no longer than what was read already says nothing new; of the others the longest is read.
                var longer = copies.Where(c => c.Size > copies.Key!.Position).OrderByDescending(c => c.Size).ThenBy(c => c.IsPacked).ToList();
                if (longer.Count == 0)
                {
                    continue;
                }

                segments.Add(new LogSegment(longer, copies.Key!, identity, copies.All(c => c.IsRotated)));
                if (segments.Count <= MostOpen && !segments[^1].TryOpen())
                {
                    segments.RemoveAt(segments.Count - 1);
                }
            }

            return segments;
        }
        catch
        {
            segments.ForEach(s => s.Dispose());
            throw;
        }
    }

    // What a look at a file said, since when the file has looked like that, and whether it was looked at long enough after that.
    private sealed record Seen(FileStatus Status, string Fingerprint, bool HoldNuls, long? Size, bool IsPacked, int? Variant, long Since, bool IsSettled);
}
