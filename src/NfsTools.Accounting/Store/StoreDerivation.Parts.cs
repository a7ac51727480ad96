using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <content>Parts of jobs: their table, and what they add to their jobs' rows.</content>
internal sealed partial class StoreDerivation
{
    // What the records say that are no jobs, by where they stand; and what that adds to jobs, by their rows.
    private readonly Dictionary<(long Generation, long Offset), JobPart> parts = [];
    private readonly Dictionary<long, JobUse> added = [];

    private void CheckParts()
    {
        var jobs = parts.Where(p => logs.ContainsKey(p.Key.Generation)).ToLookup(p => (logs[p.Key.Generation].Cluster, logs[p.Key.Generation].Format), p => (p.Value.Job, p.Value.Element));
        using (var rows = database.Rows($"""SELECT generation_id, "offset", cluster_id, job_id, array_index, start_time, {JobParts.UseColumns} FROM main.part"""))
        {
            while (rows.Next())
            {
                var (generation, offset) = (rows.Integer(0), rows.Integer(1));
                if (!parts.Remove((generation, offset), out var part) || !logs.TryGetValue(generation, out var log) || log.Cluster != rows.Integer(2)
                    || part != new JobPart(rows.Integer(3), rows.Integer(4), rows.Integer(5), JobParts.UseOf(rows, 6)))
                {
                    Differ(new Unit(generation, offset, 0), "a part of a job says something else than its line");
                }
            }
        }

        foreach (var (generation, offset) in parts.Keys)
        {
            Differ(new Unit(generation, offset, 0), "a part of a job is not in the store");
        }

        var stored = new JobParts(database);
        foreach (var log in jobs)
        {
            foreach (var (found, lives) in stored.Of(log.Key.Cluster, log.Key.Format, log.ToHashSet()))
            {
                foreach (var (life, use) in lives.Zip(JobPart.Share([.. lives.Select(l => (l.Start, l.End))], found)))
                {
                    added[life.Row] = use;
                }
            }
        }
    }
}
