using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Store;

/// <content>What collectors, pipelines and rebuilds do with a store.</content>
public sealed partial class AccountingStore
{
    /// <summary>Where the calls that a collector makes are marked as waits for the store; null for nowhere.</summary>
    internal CollectorPulse? Pulse { get; set; }

    /// <summary>Whether collectors on several hosts may use it at once.</summary>
    internal bool IsShared => database.IsShared;

    /// <summary>Works on the database below, where a lease is needed for it only while that can hold.</summary>
    internal T With<T>(Func<StoreDatabase, T> work, StoreLease? lease = null) => Guard(() => work(database), lease);

    /// <inheritdoc cref="MadeFile.Check"/>
    internal void Spare(string target, string what, bool force) => MadeFile.Check(target, what, database, force);

    /// <inheritdoc cref="StoreSegments.Around"/>
    internal (long Offset, byte[] Bytes) Segment(long generation, long offset, int length) => Guard(() => StoreSegments.Around(database, generation, offset, length));

    /// <summary>Stores a batch.</summary>
    /// <exception cref="StoreMovedException">Another process has moved the generation on.</exception>
    /// <exception cref="NotNewException">A record is not new, as all of the batch should be.</exception>
    /// <exception cref="LeaseLostException">Another collector has taken over.</exception>
    internal CommitResult Commit(CommitBatch batch, StoreLease? lease = null, ICollection<AccountingRecord>? conflicts = null) =>
        Guard(() => Writer().Commit(batch, lease, conflicts), lease);

    /// <summary>Reads again what an older reader rejected.</summary>
    /// <returns>How many rejects are records now.</returns>
    /// <exception cref="LeaseLostException">Another collector has taken over.</exception>
    internal long RetryRejects(string cluster, IAccountingFormat format, StoreLease lease) => Guard(() => Writer().RetryRejects(cluster, format, lease), lease);

    /// <inheritdoc cref="StoreWriter.Mark"/>
    internal void Mark(string cluster, IReadOnlyList<LogGeneration> generations, StoreLease lease) => Guard(() => Writer().Mark(cluster, generations, lease), lease);

    /// <inheritdoc cref="StoreWriter.KeepArchives"/>
    internal void KeepArchives(KnownLog log, string? layout, IEnumerable<string> archives, StoreLease lease) => Guard(() => Writer().KeepArchives(log, layout, archives, lease), lease);

    /// <inheritdoc cref="StoreWriter.KeepUnreadable"/>
    internal void KeepUnreadable(KnownLog log, string? reason, StoreLease lease) => Guard(() => Writer().KeepUnreadable(log, reason, lease), lease);

    /// <inheritdoc cref="StoreWriter.KeepAnswer"/>
    internal void KeepAnswer(KnownLog log, AnsweredTime answered, StoreLease lease) => Guard(() => Writer().KeepAnswer(log, answered, lease), lease);

    /// <summary>What a command was asked and answered, in the order of the questions.</summary>
    internal List<AnsweredTime> Answers(KnownLog log) => Guard(() => StoreQuery.Answers(database, log));

    /// <summary>What a log's collector takes for its layout, null for the usual one, and for archives beside that.</summary>
    internal (string? Layout, IReadOnlyList<string> Patterns) Archives(KnownLog log) => Guard(() => StoreQuery.Archives(database, log));

    /// <summary>The generations that are missed no more.</summary>
    internal HashSet<long> AcceptedGenerations(string cluster, string format) => Guard(() => StoreQuery.AcceptedGenerations(database, cluster, format));

    internal List<LogGeneration> LoadGenerations(string cluster, string format) => Guard(() => StoreQuery.LoadGenerations(database, cluster, format));

    /// <inheritdoc cref="StoreDatabase.Hold"/>
    internal void Hold()
    {
        using (Pulse?.Waiting(Name))
        {
            held ??= database.Hold();
        }
    }

    /// <summary>Lets other collectors have the store.</summary>
    internal void LetGo()
    {
        using (Pulse?.Waiting(Name))
        {
            held?.Dispose();
            held = null;
        }
    }

    /// <summary>Takes the leases of clusters; null when another collector holds one of them.</summary>
    internal StoreLease? TryTakeLease(string instance, IReadOnlyList<string> clusters, TimeSpan length) => Guard(() =>
    {
        database.Patience = length;
        return StoreNodes.TryTake(database, instance, clusters, length, force: !IsShared) is { } epochs ? new StoreLease(instance, epochs, length, time) : null;
    });

    /// <summary>Extends leases.</summary>
    /// <exception cref="LeaseLostException">Another collector has taken over.</exception>
    internal void Renew(StoreLease lease) => Guard(() => StoreNodes.Renew(database, lease), lease);

    /// <inheritdoc cref="StoreDatabase.EndFrozen"/>
    internal void EndFrozen() => Guard(database.EndFrozen);

    internal void Release(string instance) => Guard(() => StoreNodes.Release(database, instance));

    internal void Tell(NodeReport report) => Guard(() => StoreNodes.Tell(database, report));
}
