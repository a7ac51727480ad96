using NfsTools.Accounting.Store;
using NfsTools.Watching;

namespace NfsTools.Accounting;

/// <summary>How far a store is behind one generation of a log, as the files are now.</summary>
/// <param name="Cluster">The cluster it belongs to.</param>
/// <param name="Format">The log's format.</param>
/// <param name="LivePath">The log it is a generation of.</param>
/// <param name="Path">The name it is found under now, or was last found under.</param>
/// <param name="Fingerprint">Its identity: SHA-256 of its first record.</param>
/// <param name="Position">How far it has been read, in bytes.</param>
/// <param name="LagBytes">Bytes found beyond that.</param>
/// <param name="LagSeconds">How long they may have waited at most: the time since the last commit; 0 without lag.</param>
/// <param name="Records">Records read from it, second copies included.</param>
/// <param name="Rejects">Stretches of it that could not be read.</param>
/// <param name="CommittedAt">When it was last read; null when it never was.</param>
public sealed record CollectorStatus(
    string Cluster, string Format, string LivePath, string Path, string Fingerprint, long Position, long LagBytes, long LagSeconds, long Records, long Rejects, DateTimeOffset? CommittedAt)
{
    /// <summary>Compares a store with the logs it was collected from.</summary>
    /// <exception cref="NfsToolsException">The store or a log cannot be read.</exception>
    public static IReadOnlyList<CollectorStatus> Of(AccountingStore store, TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        var statuses = new List<CollectorStatus>();
        foreach (var log in store.Generations().GroupBy(g => (g.Cluster, g.Format, g.LivePath)))
        {
            var follower = new LogFollower(log.Key.LivePath, TimeSpan.Zero, clock);
            var found = Unread(store, log.Key.Cluster, log.Key.Format, follower);
            foreach (var generation in log)
            {
                var unread = found.GetValueOrDefault(generation.Id);
                found.Remove(generation.Id);
                statuses.Add(new CollectorStatus(
                    generation.Cluster, generation.Format, generation.LivePath, unread?.Path ?? follower.Found.GetValueOrDefault(generation.Fingerprint, generation.Path), generation.Fingerprint, generation.Position,
                    unread?.Bytes ?? 0, unread is null ? 0 : Age(clock, generation.CommittedAt), generation.Records, generation.Rejects, generation.CommittedAt));
            }

            statuses.AddRange(found.Values.Select(unread => new CollectorStatus(
                log.Key.Cluster, log.Key.Format, log.Key.LivePath, unread.Path, unread.Fingerprint, 0, unread.Bytes, Age(clock, log.Max(g => g.CommittedAt)), 0, 0, null)));
        }

        return statuses;
    }

    private static long Age(TimeProvider clock, DateTimeOffset since) => Math.Max(0, (long)(clock.GetUtcNow() - since).TotalSeconds);

    private static Dictionary<long, UnreadBytes> Unread(AccountingStore store, string cluster, string format, LogFollower follower)
    {
        var unread = new Dictionary<long, UnreadBytes>();
        try
        {
            foreach (var segment in follower.Scan(store.LoadGenerations(cluster, format)))
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
