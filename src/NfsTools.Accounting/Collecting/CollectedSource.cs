using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.Watching;

namespace NfsTools.Accounting.Collecting;

/// <summary>A log or a command as a collector sees it: how what it says gets into the store.</summary>
internal abstract class CollectedSource(CollectorSource source, AccountingStore store, IProgress<CollectorEvent>? progress)
{
    public CollectorSource Source => source;

    /// <summary>Whether the last look brought the store on, or found it moved on: there may be more.</summary>
    public bool Moved { get; protected set; }

    /// <summary>When it answered last, a time stamp.</summary>
    public long SeenAt { get; protected set; }

    /// <summary>Bytes committed so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>What was committed so far.</summary>
    public CommitResult Total { get; private set; }

    /// <summary>In how long it is to be looked at again, whatever else happens; null for the usual time.</summary>
    public virtual TimeSpan? Due => null;

    /// <summary>The generations that the store knows.</summary>
    protected List<LogGeneration> Generations { get; private set; } = [];

    protected AccountingStore Store => store;

    /// <summary>Learns from the store how far it is; a holder of the lease first reads again what an older reader rejected.</summary>
    public virtual void Load(StoreLease? lease)
    {
        if (lease is not null && store.RetryRejects(Source.Cluster, Formats.RecordFormats.Get(Source.Format), lease) is var read && read > 0)
        {
            Tell(new CollectorEvent(CollectorEventKind.Committed, Source.Path, $"{read} rejects can be read now", Records: read));
        }

        Generations = store.LoadGenerations(Source.Cluster, Source.Format);
    }

    /// <summary>Looks whether there is something that was not read, and brings it into the store.</summary>
    /// <param name="standing">What lets this collector do so, renewed as it goes on; null to look only.</param>
    /// <param name="cancellation">Ends the wait for an answer.</param>
    /// <returns>The bytes that are not in the store.</returns>
    /// <exception cref="IOException">It cannot be read, or a single run found nothing to read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public abstract long Look(CollectorStanding? standing, CancellationToken cancellation);

    /// <summary>Tells of what holds it up, when that is new.</summary>
    /// <param name="failure">What a look threw; null for what it itself says.</param>
    public abstract void TellNews(Exception? failure = null);

    /// <summary>What a look threw, for who is to know what to do.</summary>
    public abstract NfsToolsException Failure(Exception failure);

    /// <summary>Brings a batch into the store, and tells of it.</summary>
    protected void Commit(CommitBatch batch, StoreLease lease)
    {
        lease.Prove(batch.ReadAt);
        var result = store.Commit(batch, lease);
        Moved = true;
        if (!Generations.Contains(batch.Generation))
        {
            Generations.Add(batch.Generation);
        }

        foreach (var unit in batch.Units.Where(u => u.Kind == UnitKind.Reject))
        {
            Tell(new CollectorEvent(CollectorEventKind.Rejected, batch.Path, $"{batch.Path}: byte {batch.Start + unit.Offset}: {unit.Reason}; kept as a reject"));
        }

        var length = batch.Data.Length;
        Bytes += length;
        Total = new CommitResult(Total.Records + result.Records, Total.Duplicates + result.Duplicates, Total.Rejects + result.Rejects);
        Tell(new CollectorEvent(CollectorEventKind.Committed, batch.Path, "", length, result.Records, result.Duplicates, result.Rejects));
    }

    protected void Tell(CollectorEvent happened) => progress?.Report(happened with { Source = Source });
}
