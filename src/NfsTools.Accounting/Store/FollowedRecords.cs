using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Store;

/// <summary>
/// Takes in records that come through a pipeline. Those of a followed log that go on where the store is get their place, and
/// the log's position moves behind them in the same transaction; all others go into a <see cref="PipelineLog"/>.
/// </summary>
internal sealed class FollowedRecords(AccountingStore store)
{
    private readonly Dictionary<(string Cluster, string Format), List<LogGeneration>> known = [];

    /// <summary>Stores records; returns how many were new.</summary>
    public long Add(IReadOnlyCollection<AccountingRecord> records, ICollection<AccountingRecord> conflicts)
    {
        var added = 0L;
        var placeless = records.Where(r => r.Stretches is null).ToList();
        foreach (var (cluster, stretch) in Joined(records))
        {
            var batch = new CommitBatch
            {
                Cluster = cluster,
                Format = RecordFormats.Get(stretch.Format),
                LivePath = stretch.LivePath,
                Path = stretch.Path,
                Generation = Find(cluster, stretch),
                Start = stretch.Start,
                Data = stretch.Data,
                Units = stretch.Units,
            };
            if (TryCommit(batch, conflicts) is { } result)
            {
                added += result.Records;
            }
            else
            {
                placeless.AddRange(stretch.Units.Select(u => u.Record).OfType<AccountingRecord>());
            }
        }

        foreach (var group in placeless.Select(r => (Record: r, r.Context)).GroupBy(r => (r.Record.Cluster, r.Record.Format, r.Context.Key)))
        {
            var (context, all) = (group.First().Context, group.Select(r => r.Record).ToList());
            for (var next = 0; next < all.Count;)
            {
                var batch = PipelineLog.Next(all, next);
                added += AddPlaceless((group.Key.Cluster, group.Key.Format), context, batch, conflicts);
                next += batch.Count;
            }
        }

        return added;
    }

    // What the store has already gets no second place: to add the same records again changes nothing.
    private long AddPlaceless((string Cluster, string Format) log, LogContext context, List<AccountingRecord> records, ICollection<AccountingRecord> conflicts)
    {
        while (records.Count > 0)
        {
            var generations = Generations(log.Cluster, log.Format);
            var generation = generations.Find(g => g.Fingerprint == PipelineLog.FingerprintOf(context)) ?? PipelineLog.New(context);
            try
            {
                var result = store.Commit(PipelineLog.Append(generation, context, records), lease: null);
                if (!generations.Contains(generation))
                {
                    generations.Add(generation);
                }

                return result.Records;
            }
            catch (NotNewException found)
            {
                foreach (var (record, _) in records.Zip(found.Outcomes).Where(r => r.Second == CommitOutcome.Conflict))
                {
                    conflicts.Add(record);
                }

                records = [.. records.Zip(found.Outcomes).Where(r => r.Second == CommitOutcome.Added).Select(r => r.First)];
            }
            catch (StoreMovedException)
            {
                // Another process has added to it meanwhile.
                known.Remove(log);
            }
        }

        return 0;
    }

    private static IEnumerable<(string Cluster, LogStretch Stretch)> Joined(IEnumerable<AccountingRecord> records)
    {
        var joined = new List<(string Cluster, List<LogStretch> Stretches)>();
        foreach (var (cluster, stretch) in records.SelectMany(r => r.Stretches ?? [], (r, s) => (r.Cluster, s)))
        {
            if (joined.Count == 0 || joined[^1].Cluster != cluster || !joined[^1].Stretches[^1].IsFollowedBy(stretch))
            {
                joined.Add((cluster, []));
            }

            joined[^1].Stretches.Add(stretch);
        }

        return joined.Select(j => (j.Cluster, LogStretch.Join(j.Stretches)));
    }

    private CommitResult? TryCommit(CommitBatch batch, ICollection<AccountingRecord> conflicts)
    {
        if (batch.Generation.Position != batch.Start)
        {
            return null;
        }

        try
        {
            var result = store.Commit(batch, lease: null, conflicts);
            if (Generations(batch.Cluster, batch.Format.Name) is var generations && !generations.Contains(batch.Generation))
            {
                generations.Add(batch.Generation);
            }

            return result;
        }
        catch (StoreMovedException)
        {
            // Another process has read the log meanwhile: what it has got is passed over.
            known.Remove((batch.Cluster, batch.Format.Name));
            return null;
        }
    }

    // The pipeline's generation tells how far it was read, this one how far it was stored.
    private LogGeneration Find(string cluster, LogStretch stretch) =>
        Generations(cluster, stretch.Format).Find(g => g.Fingerprint == stretch.Generation.Fingerprint && g.Variant == stretch.Generation.Variant)
        ?? new LogGeneration { Fingerprint = stretch.Generation.Fingerprint, Variant = stretch.Generation.Variant, TimeZone = stretch.Generation.TimeZone };

    private List<LogGeneration> Generations(string cluster, string format)
    {
        if (!known.TryGetValue((cluster, format), out var generations))
        {
            known[(cluster, format)] = generations = store.LoadGenerations(cluster, format);
        }

        return generations;
    }
}
