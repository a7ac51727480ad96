using System.Diagnostics;
using System.Globalization;
using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Jobs;

/// <summary>
/// Judges whether a job has written its outputs, by the clock of their file server: a probe touched at the job's start says
/// what time it is there. The start waits until that clock has left the tick of what is there already, so that what the job
/// writes can be told from it.
/// </summary>
internal sealed class OutputGuard
{
    // Servers tick every 1 to 10 ms, some every second. What is dated further ahead is not waited for.
    private const long LongestTick = 1_100_000_000;
    private readonly Dictionary<string, Server> places = new(StringComparer.Ordinal);
    private readonly List<Server> servers = [];
    private readonly Dictionary<string, Seen> before = new(StringComparer.Ordinal);

    /// <summary>Looks at outputs before the job; makes a probe file for a moment on each of their file systems.</summary>
    /// <param name="paths">The outputs, absolute.</param>
    /// <param name="others">Directories whose servers' time is wanted too.</param>
    /// <param name="inputs">The inputs' stamps: the start waits for their ticks too.</param>
    /// <param name="hash">Hash what is there.</param>
    /// <param name="stamps">Who takes stamps.</param>
    /// <exception cref="IOException">A file system did not answer the question.</exception>
    public OutputGuard(IReadOnlyList<string> paths, IEnumerable<string> others, IEnumerable<FileStamp> inputs, bool hash, FreshStamps stamps)
    {
        var found = stamps.Take(paths);
        var links = InFlight.Select(paths, LinkAt);
        var hashes = hash ? InFlight.SelectAtOnce(paths, path => ContentHash.Of(path, [])) : new ContentHash?[paths.Count];
        foreach (var directory in paths.Select(DirectoryOf).Concat(others).Distinct())
        {
            var place = Existing(directory);
            places[directory] = servers.Find(s => s.Device == place.Device) ?? place;
            if (places[directory] == place)
            {
                servers.Add(place);
            }
        }

        foreach (var stamp in inputs.Concat(found))
        {
            Await(stamp.Status);
            Await(stamp.Tree is { } tree ? stamp.Status!.Value with { ModifyTime = tree.Newest } : null);
        }

        foreach (var link in links)
        {
            Await(link?.Status);
        }

        InFlight.SelectAtOnce(servers, s => s.Start = Probe(s.Path, s.Newest));
        for (var i = 0; i < paths.Count; i++)
        {
            before[paths[i]] = new Seen(found[i], links[i]?.Status, hashes[i]?.Text, places[DirectoryOf(paths[i])].Start!);
        }
    }

    /// <summary>Compares an output after the job with what was there before.</summary>
    /// <param name="path">The output.</param>
    /// <param name="after">What was seen after.</param>
    /// <param name="hash">The hash of its content after; null where not asked for.</param>
    /// <param name="elapsed">How long the job ran.</param>
    /// <param name="files">The job's files: which of its outputs need not be written.</param>
    public OutputEvidence Judge(string path, StampLook after, string? hash, TimeSpan elapsed, JobFiles files)
    {
        var seen = before.TryGetValue(path, out var known) ? known : new Seen(null, null, null, StartOf(path, elapsed));
        var (written, reason) = Judge(seen, after, after.Stamp is null ? null : LinkAt(path)?.Status, hash);
        if (!written && after.Stamp is not null && files.Optional.Contains(path) && (files.Consumed.Contains(path) || FileStatus.Of(path, follow: false) is not null))
        {
            (written, reason) = (true, $"the job need not write it: {reason}");
        }

        var start = seen.Start.Time is { } time ? DateTimeOffset.UnixEpoch.AddTicks(time / TimeSpan.NanosecondsPerTick) : (DateTimeOffset?)null;
        return new OutputEvidence(path)
        {
            Before = seen.Stamp,
            After = after.Stamp,
            ServerStart = start,
            ServerEnd = start + elapsed,
            Written = written,
            Reason = reason,
            HashBefore = seen.Hash,
            HashAfter = hash,
        };
    }

    /// <summary>
    /// When the job started by the clock of a file's server: where that was not asked then, the time it is there now without the
    /// time the job ran.
    /// </summary>
    public ServerStart StartOf(string path, TimeSpan elapsed)
    {
        var place = Existing(DirectoryOf(path));
        if (servers.Find(s => s.Device == place.Device) is { } known)
        {
            return known.Start!;
        }

        servers.Add(place);
        var now = Probe(place.Path, 0);
        return place.Start = now with { Time = now.Time - (long)elapsed.TotalNanoseconds };
    }

    private static (bool Written, string Reason) Judge(Seen seen, StampLook after, FileStatus? link, string? hash)
    {
        if (after.Stamp is not { } stamp)
        {
            return (false, $"whether it was written cannot be told: {after.Problem}");
        }

        if (stamp.Status is not { } now)
        {
            return (false, seen.Stamp?.Exists == true ? "it is gone" : "nothing is there");
        }

        if (stamp.Tree is { } tree && seen.Stamp is { Tree: { } treeBefore } && seen.Stamp.Inode == stamp.Inode)
        {
            return treeBefore.Difference(stamp.Path, tree, [], contentOnly: true) is { } change ? (true, $"{change}")
                : hash != seen.Hash ? (true, "the content of a file in it differs, though sizes and mtimes are the same")
                : (false, "what is in the directory is the same as before the start");
        }

        // A name more or moves the ctime, and chmod does: neither has written anything.
        var untouched = seen.Stamp?.Status is { } was && was.Inode == now.Inode && was.Size == now.Size && was.ModifyTime == now.ModifyTime;
        if (untouched && hash is not null && hash != seen.Hash)
        {
            return (true, "its content differs from what was there before, though size and mtime are the same");
        }

        if (link is { } name && name != seen.Link && (seen.Start.Time is not { } from || Latest(name) >= from))
        {
            return (true, "the symbolic link was made while the job ran");
        }

        if (seen.Start.Time is not { } start)
        {
            return (!untouched, $"{(untouched ? "it is the same as before the start" : "it differs from what was there before the start")}; the server's clock cannot be asked: {seen.Start.Problem}");
        }

        if (untouched)
        {
            return (false, $"it is the same as before the start: it was written {Span(start - now.ModifyTime)} the job's start");
        }

        return now.ModifyTime >= start ? (true, $"it was written {Span(start - now.ModifyTime)} the job's start")
            : now.ChangeTime >= start ? (true, $"it was made {Span(start - now.ChangeTime)} the job's start, by its ctime, with an earlier mtime, as mv, ln, cp -p and tar do")
            : (false, $"it was written {Span(start - Latest(now))} the job's start");
    }

    private static long Latest(FileStatus status) => Math.Max(status.ModifyTime, status.ChangeTime);

    private static string Span(long early) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(early) / 1e9:0.#########} s {(early > 0 ? "before" : "after")}");

    private static ServerStart Probe(string directory, long newest)
    {
        try
        {
            using var probe = new ProbeFile(directory);
            var started = Stopwatch.GetTimestamp();
            var now = probe.Touch();
            while (now <= newest && newest - now < LongestTick && Stopwatch.GetElapsedTime(started).TotalNanoseconds < LongestTick)
            {
                Thread.Sleep(1);
                now = probe.Touch();
            }

            return new ServerStart(now, "");
        }
        catch (IOException e)
        {
            return new ServerStart(null, e.Message);
        }
    }

    // The job may make the directory itself.
    private static Server Existing(string directory)
    {
        while (true)
        {
            if (FileStatus.Of(directory) is { IsDirectory: true } status)
            {
                return new Server(directory, status.Device);
            }

            directory = Path.GetDirectoryName(directory) ?? "/";
        }
    }

    private static string DirectoryOf(string path) => Path.GetDirectoryName(path) ?? "/";

    /// <summary>A job's start by a server's clock.</summary>
    /// <param name="Time">In nanoseconds since 1970-01-01 UTC; null where the clock cannot be asked.</param>
    /// <param name="Problem">Why it cannot.</param>
    internal sealed record ServerStart(long? Time, string Problem);

    private sealed record Seen(FileStamp? Stamp, FileStatus? Link, string? Hash, ServerStart Start);

    // The start on its server is to come behind the tick of what is there.
    private void Await(FileStatus? seen)
    {
        if (seen is { } status && servers.Find(s => s.Device == status.Device) is { } server)
        {
            server.Newest = Math.Max(server.Newest, Latest(status));
        }
    }

    private static Link? LinkAt(string path) => FileStatus.Of(path, fresh: true, follow: false) is { IsLink: true } status ? new Link(status) : null;

    private sealed record Link(FileStatus Status);

    /// <summary>A file system, by a directory on it.</summary>
    private sealed class Server(string path, ulong device)
    {
        public string Path => path;

        public ulong Device => device;

        public long Newest { get; set; }

        public ServerStart? Start { get; set; }
    }
}
