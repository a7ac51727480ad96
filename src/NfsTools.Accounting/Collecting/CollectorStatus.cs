using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Store;
using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Accounting.Collecting;

/// <summary>How far a store is behind one generation of a log, as the files are now.</summary>
/// <param name="Cluster">The cluster it belongs to.</param>
/// <param name="Format">The log's format.</param>
/// <param name="LivePath">The log it is a generation of.</param>
/// <param name="Path">The name it is found under now, or was last found under.</param>
/// <param name="Fingerprint">Its identity: SHA-256 of its first record.</param>
/// <param name="Position">How far it has been read, in bytes.</param>
/// <param name="LagBytes">Bytes found beyond that; null where the log's file server does not answer.</param>
/// <param name="LagSeconds">How long they may have waited at most: the time since the last commit; 0 without lag, null where that is not known.</param>
/// <param name="Records">Records read from it, second copies included.</param>
/// <param name="Rejects">Stretches of it that could not be read.</param>
/// <param name="CommittedAt">When it was last read, by the database's clock; null when it never was.</param>
/// <param name="SeenSize">The most bytes of it that were seen.</param>
/// <param name="MissingSince">Since when a collector finds it nowhere though it was not read to its end; null where it is not missed, or is found now.</param>
public sealed record CollectorStatus(
    string Cluster, string Format, string LivePath, string Path, string Fingerprint, long Position, long? LagBytes, long? LagSeconds, long Records, long Rejects, DateTimeOffset? CommittedAt,
    long SeenSize, DateTimeOffset? MissingSince)
{
    /// <summary>What there is to say of it while it is missing; null where it is not.</summary>
    public string? Missing => MissingSince is null ? null : GenerationStatus.Missing(Position, SeenSize, AcceptedAt);

    /// <summary>The store's number for the generation; 0 where it is not in the store yet.</summary>
    public long GenerationId { get; init; }

    /// <summary>Since when somebody has accepted that what is missing is lost; null where nobody has.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }

    // A host that is cut off from the logs can tell what the store knows all the same.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Compares a store with the logs it was collected from. Those that do not answer within 5 s are not waited for.</summary>
    /// <exception cref="NfsToolsException">The store or a log cannot be read.</exception>
    public static IReadOnlyList<CollectorStatus> Of(AccountingStore store, TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        var generations = store.Generations();
        var looks = generations.Where(g => !g.IsPipeline && !g.IsCommand).GroupBy(g => new KnownLog(g.Cluster, g.Format, g.LivePath)).Select(log =>
        {
            var follower = new LogFollower(UnreadArchive.FamilyOf(store, log.Key), RecordFormats.Get(log.Key.Format).Identity, TimeSpan.Zero, clock);
            var positions = store.LoadGenerations(log.Key.Cluster, log.Key.Format);
            return (Log: log, Follower: follower, Look: Abandonable.Start(() => Unread(follower, positions)));
        }).ToList();
        Task.WaitAny([Task.WhenAll(looks.ConvertAll(l => l.Look))], Patience);
        return [.. looks.SelectMany(l => Compare([.. l.Log], l.Follower, l.Look.IsCompleted ? l.Look.GetAwaiter().GetResult() : null)), .. generations.Where(g => g.IsPipeline || g.IsCommand).Select(g => Of(g, g.Path, (0, 0)))];
    }

    // What was found unread in a log; null where it did not answer.
    private static List<CollectorStatus> Compare(IReadOnlyList<GenerationStatus> log, LogFollower follower, Dictionary<long, UnreadBytes>? found)
    {
        var statuses = new List<CollectorStatus>();
        foreach (var g in log)
        {
            UnreadBytes? unread = null;
            found?.Remove(g.Id, out unread);
            (long? Bytes, long? Seconds) lag = found is null ? (null, null) : unread is null ? (0, 0) : (unread.Bytes, Seconds(g.CommittedAge));
            var path = unread?.Path ?? (found is null ? null : follower.Found.LastOrDefault(m => m.Generation?.Id == g.Id)?.Path);
            statuses.Add(Of(g, path, lag));
        }

        var (first, age) = (log[0], Seconds(log.Min(g => g.CommittedAge)));
        statuses.AddRange((found ?? []).Values.Select(unread => new CollectorStatus(
            first.Cluster, first.Format, first.LivePath, unread.Path, unread.Fingerprint, 0, unread.Bytes, age, 0, 0, null, unread.Bytes, null)));
        return statuses;
    }

    private static CollectorStatus Of(GenerationStatus g, string? path, (long? Bytes, long? Seconds) lag) => new(
        g.Cluster, g.Format, g.LivePath, path ?? g.Path, g.Fingerprint, g.Position, lag.Bytes, lag.Seconds, g.Records, g.Rejects, g.CommittedAt, g.SeenSize, path is null ? g.MissingSince : null)
    {
        GenerationId = g.Id,
        AcceptedAt = path is null ? g.AcceptedAt : null,
    };

    private static long Seconds(TimeSpan age) => (long)age.TotalSeconds;

    private static Dictionary<long, UnreadBytes> Unread(LogFollower follower, List<LogGeneration> positions)
    {
        var unread = new Dictionary<long, UnreadBytes>();
        try
        {
            foreach (var segment in follower.Scan(positions))
            {
                using (segment)
                {
                    // Generations that are not in the store yet have no number: each gets a negative one.
                    var id = segment.Generation.Id == 0 ? -1 - unread.Count : segment.Generation.Id;
                    unread[id] = new UnreadBytes(segment.Path, segment.Generation.Fingerprint, segment.Size - segment.Generation.Position);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NfsToolsException($"{follower.Family.LivePath}: it cannot be looked at: {e.Message.TrimEnd('.')}.", "Check the file's owner and mode, and that its file system answers.", e);
        }

        return unread;
    }

    private sealed record UnreadBytes(string Path, string Fingerprint, long Bytes);
}
