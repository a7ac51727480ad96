using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <content>Parts of jobs, which may come before their job or behind it.</content>
internal abstract partial class StoreWriter
{
    private readonly JobParts parts = new(database);

    // Jobs whose parts are there already, which is usual, need not be counted anew: what their parts used is added before they are inserted.
    private void AddPartsThatAreThere(Placed records, IAccountingFormat format, string cluster)
    {
        if (!format.HasParts || records.Jobs.Count == 0)
        {
            return;
        }

        var jobs = Enumerable.Range(0, records.Jobs.Count).ToLookup(r => JobOf(records.Jobs, r));
        var number = database.Scalar("SELECT cluster_id FROM main.cluster WHERE name = @p0", cluster) ?? 0;
        foreach (var (found, lives) in parts.Of(number, format.Name, jobs.Select(j => j.Key).ToHashSet(), records.Records.Select(r => r.Record?.Part).OfType<JobPart>()))
        {
            var times = lives.Select(l => (l.Start, l.End)).Concat(jobs[JobOf(found)].Select(r => TimesOf(records.Jobs, r))).Distinct().ToList();
            var uses = JobPart.Share(times, found);
            foreach (var row in jobs[JobOf(found)])
            {
                records.Jobs.Complete(row, uses[times.IndexOf(TimesOf(records.Jobs, row))]);
            }
        }
    }

    // What is added in this transaction: parts to jobs that are there, and jobs whose parts are. Each job is what it says itself and its parts.
    private void Complete(Placed records, IReadOnlyList<CommitOutcome> outcomes, IAccountingFormat format, long cluster, long generation)
    {
        if (!format.HasParts)
        {
            return;
        }

        // Another writer may be adding the one that belongs to the other: whoever comes second sees both.
        if (database.IsShared)
        {
            database.Execute("LOCK TABLE main.part IN SHARE ROW EXCLUSIVE MODE");
        }

        var (touched, ofParts, added, row) = (new HashSet<(long Job, long Element)>(), new HashSet<(long Job, long Element)>(), new Dictionary<long, int>(), 0);
        foreach (var (place, outcome) in records.Records.Zip(outcomes))
        {
            var job = place.IsJob ? row++ : -1;
            if (outcome == CommitOutcome.Added && job >= 0)
            {
                touched.Add(JobOf(records.Jobs, job));
                added[place.Offset] = job;
            }
            else if (outcome == CommitOutcome.Added && place.Record!.Part is { } part)
            {
                parts.Add(cluster, part, generation, place.Offset);
                ofParts.Add((part.Job, part.Element));
            }
        }

        // Parts end before their jobs, as a rule: of a job that is not there yet nothing is looked up.
        ofParts.ExceptWith(touched);
        touched.UnionWith(parts.Lives(cluster, format.Name, ofParts).Select(l => l.Key));
        var (kept, parsers) = (new KeptUnits(database), new KeptParsers(database));
        foreach (var (found, lives) in parts.Of(cluster, format.Name, touched))
        {
            foreach (var (life, share) in lives.Zip(JobPart.Share([.. lives.Select(l => (l.Start, l.End))], found)))
            {
                if (OwnUse(life)?.With(share) is { } use && use != life.Use)
                {
                    parts.Set(life.Row, use);
                    replaced.CountAnew(life.Row, cluster);
                }
            }
        }

        JobUse? OwnUse(JobParts.Life life)
        {
            var (log, offset, length) = life.Place;
            return log == generation && added.TryGetValue(offset, out var job) ? records.Jobs.OwnUse(job)
                : kept.Find(log, offset, length) is { } bytes && parsers.Of(log).Parse(bytes).Record is JobRecord record ? JobUse.Of(record) : null;
        }
    }

    private static (long Job, long Element) JobOf(List<JobPart> parts) => (parts[0].Job, parts[0].Element);

    private static (long? Start, long End) TimesOf(JobRows jobs, int row) => (jobs.StartOf(row), jobs.Key(row).Ended);

    private static (long Job, long Element) JobOf(JobRows jobs, int row) => (jobs.Key(row).Job, jobs.Key(row).Element);
}
