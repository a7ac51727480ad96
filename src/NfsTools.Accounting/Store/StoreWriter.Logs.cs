using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Accounting.Store;

/// <content>What is known of logs beside their bytes, and rejects that are read again.</content>
internal abstract partial class StoreWriter
{
    /// <summary>Stores what is known of generations' files (<see cref="LogGeneration.Sight"/>).</summary>
    /// <exception cref="LeaseLostException">Another collector has taken over.</exception>
    public int Mark(string cluster, IReadOnlyList<LogGeneration> generations, StoreLease lease) => InTransaction(() =>
    {
        lease.Confirm(database, cluster);
        return generations.Sum(g => Change("generation", "generation_id = @p0", [g.Id], () => database.Execute(
            $"""
            UPDATE main.generation SET seen_size = @p0, ended = @p1, missing_since = CASE WHEN @p2 THEN coalesce(missing_since, {database.Clock} / 1000) END,
                   accepted_at = CASE WHEN @p2 THEN accepted_at END
            WHERE generation_id = @p3
            """,
            g.Sight.Size, g.Sight.Ended ? 1L : 0L, g.Sight.Missing, g.Id)));
    });

    /// <inheritdoc cref="AccountingStore.AcceptMissing"/>
    public void AcceptMissing(IReadOnlyCollection<long> generations) => InTransaction(() =>
    {
        foreach (var id in generations)
        {
            if (Change("generation", "generation_id = @p0", [id], () => database.Execute(
                $"UPDATE main.generation SET accepted_at = coalesce(accepted_at, {database.Clock} / 1000) WHERE generation_id = @p0 AND missing_since IS NOT NULL", id)) == 0)
            {
                throw new NfsToolsException($"{database.Name}: generation {id} is not missing; nothing was accepted.", "\"nfstools verify\" names those that are.");
            }
        }

        return true;
    });

    /// <summary>Stores what a log's collector takes for its files, for who looks at the log beside it.</summary>
    /// <param name="log">The log.</param>
    /// <param name="layout">The name of its layout; null for the usual one of its format.</param>
    /// <param name="archives">Patterns of names.</param>
    /// <param name="lease">What the collector holds.</param>
    /// <exception cref="LeaseLostException">Another collector has taken over.</exception>
    public void KeepArchives(KnownLog log, string? layout, IEnumerable<string> archives, StoreLease lease) => InTransaction(() =>
    {
        lease.Confirm(database, log.Cluster);
        return ChangeArchives(
            log,
            """
            INSERT INTO main.log_archives (cluster_id, format, live_path, layout, patterns) VALUES (@p0, @p1, @p2, @p3, @p4)
            ON CONFLICT (cluster_id, format, live_path) DO UPDATE SET layout = excluded.layout, patterns = excluded.patterns
            """,
            layout, string.Join('\n', archives.Select(NameText.Write)));
    });

    /// <summary>Stores why an archive of a log cannot be read now; null where all can.</summary>
    /// <exception cref="LeaseLostException">Another collector has taken over.</exception>
    public void KeepUnreadable(KnownLog log, string? reason, StoreLease lease) => InTransaction(() =>
    {
        lease.Confirm(database, log.Cluster);
        return ChangeArchives(log, $"UPDATE main.log_archives SET unreadable = @p3 WHERE {OneLog}", reason);
    });

    /// <summary>Stores that a command answered with nothing, or not at all.</summary>
    /// <exception cref="LeaseLostException">Another collector has taken over.</exception>
    public void KeepAnswer(KnownLog log, AnsweredTime answered, StoreLease lease) => InTransaction(() =>
    {
        lease.Confirm(database, log.Cluster);
        return AddAnswer(log, answered, Cluster(log.Cluster), null, 0);
    });

    /// <summary>Reads again what an older version of the reader rejected.</summary>
    /// <returns>How many rejects are records now.</returns>
    /// <exception cref="LeaseLostException">Another collector has taken over.</exception>
    public long RetryRejects(string cluster, IAccountingFormat format, StoreLease lease)
    {
        var read = 0L;
        while (StoreQuery.OldRejects(database, cluster, format) is { Count: > 0 } old)
        {
            var rejects = old.TakeWhile(r => r.Generation == old[0].Generation).ToList();
            var records = Reread(rejects, new RecordReader(new KeptParsers(database).Of(old[0].Generation))).ToList();
            var placed = Placed.Of(records.ConvertAll(r => r.Placed));
            Stage(placed);
            read += InTransaction(() =>
            {
                lease.Confirm(database, cluster);
                var (id, generation) = (Cluster(cluster), old[0].Generation);
                var outcomes = Insert(placed, id, generation);
                Complete(placed, outcomes, format, id, generation);
                var added = outcomes.Index().Where(o => o.Item == CommitOutcome.Added).Select(o => records[o.Index].Place).ToList();
                foreach (var reject in rejects)
                {
                    _ = added.Exists(a => a.Start <= reject.Offset && reject.Offset < a.End)
                        ? database.Execute("DELETE FROM main.reject WHERE reject_id = @p0", reject.Id)
                        : database.Execute("UPDATE main.reject SET reader_version = @p0 WHERE reject_id = @p1", format.Version, reject.Id);
                }

                return added.Count;
            });
        }

        return read;
    }

    // An older reader may have taken one record for several: rejects that follow each other are read as one stretch.
    private static IEnumerable<(Place Placed, (long Start, long End) Place)> Reread(List<OldReject> rejects, RecordReader reader)
    {
        var starts = rejects.Select(r => r.Offset).Concat(rejects.Select(r => r.Offset + r.Bytes.Length)).ToHashSet();
        for (var first = 0; first < rejects.Count;)
        {
            var next = first + 1;
            while (next < rejects.Count && rejects[next].Offset == rejects[next - 1].Offset + rejects[next - 1].Bytes.Length)
            {
                next++;
            }

            var units = new List<RecordUnit>();
            reader.Read(next == first + 1 ? rejects[first].Bytes : [.. rejects[first..next].SelectMany(r => r.Bytes)], final: true, acceptNuls: true, units);
            foreach (var unit in units.Where(u => u.Record is not null))
            {
                var (start, end) = (rejects[first].Offset + unit.Offset, rejects[first].Offset + unit.Offset + unit.Length);
                if (starts.Contains(start) && starts.Contains(end))
                {
                    yield return (new Place(unit.Record!, start, unit.Length), (start, end));
                }
            }

            first = next;
        }
    }

    private int AddAnswer(KnownLog log, AnsweredTime answered, long cluster, (long Generation, long Offset)? place, int length)
    {
        object?[] key = [cluster, log.Format, NameText.Write(log.LivePath), answered.Since, answered.Until, answered.Asked];

        // That it failed again in the same second says no more.
        var again = answered.IsFailure ? " ON CONFLICT DO NOTHING" : "";
        return Change("answer", $"{OneLog} AND since = @p3 AND until = @p4 AND asked = @p5", key, () => database.Execute(
            $"""INSERT INTO main.answer (cluster_id, format, live_path, since, until, asked, after_failure, generation_id, "offset", length) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9){again}""",
            [.. key, answered.AfterFailure ? 1L : 0L, place?.Generation, place?.Offset, (long)length]));
    }

    private int ChangeArchives(KnownLog log, string sql, params string?[] values)
    {
        object?[] key = [Cluster(log.Cluster), log.Format, NameText.Write(log.LivePath)];
        return Change("log_archives", OneLog, key, () => database.Execute(sql, [.. key, .. values]));
    }
}
