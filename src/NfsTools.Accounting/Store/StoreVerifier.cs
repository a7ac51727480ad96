using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>
/// Proves that a store is complete and says what the logs said: the kept bytes of each generation, and its units, follow each other
/// without gap or overlap from byte 0 to its position, the bytes are what was kept, everything that follows from them is as it follows
/// from them today (<see cref="StoreDerivation"/>), and the tables are as they were made. A quick one counts, and unpacks nothing.
/// </summary>
internal sealed class StoreVerifier
{
    // Sums of fractions taken in another order differ in their last digits.
    private const double Tolerance = 1e-9;
    private readonly StoreDatabase database;
    private readonly bool quick;
    private readonly List<string> differences = [];
    private readonly List<string> accepted = [];
    private readonly Dictionary<long, (SpanSet Units, long Position, string Name)> generations = [];
    private readonly Dictionary<long, StoredLog> logs = [];
    private RollupSums recount = new();
    private long jobs;

    private StoreVerifier(StoreDatabase database, bool quick) => (this.database, this.quick) = (database, quick);

    public static StoreVerification Verify(StoreDatabase database, bool quick)
    {
        // One snapshot, so that a collector at work does not look like a difference.
        using var transaction = database.BeginSnapshot();
        return new StoreVerifier(database, quick).Verify();
    }

    private StoreVerification Verify()
    {
        differences.AddRange(StoreSchema.Differences(database));
        differences.AddRange(RowSeal.Differences(database));
        ReadGenerations();
        var records = (quick ? ReadJobs() : ReadUnits("record", """SELECT generation_id, "offset", length FROM main.job_record""", () => jobs++))
            + ReadUnits("record", """SELECT generation_id, "offset", length FROM main.event_record""")
            + ReadUnits("record", """SELECT generation_id, "offset", length FROM main.duplicate""");
        var rejects = ReadUnits("reject", """SELECT generation_id, "offset", length FROM main.reject""");
        var filler = ReadUnits("comment or blank line", """SELECT generation_id, "offset", length FROM main.filler""");
        ReadSegments();
        foreach (var (units, position, name) in generations.Values)
        {
            differences.AddRange(units.Gaps(position).Select(gap => $"{name}: bytes {gap.Start} to {gap.End - 1} are accounted for by nothing."));
        }

        ReadAnswers();
        ReadUnreadable();
        ReadLeases();
        if (!quick)
        {
            var found = new Differences();
            var derivation = new StoreDerivation(database, logs, found);
            derivation.Run();
            differences.AddRange(found.Sentences);
            recount = derivation.Sums;
        }

        CompareRollup();
        return new StoreVerification(generations.Count, generations.Values.Sum(g => g.Position), records, rejects, filler, jobs, differences) { Accepted = accepted };
    }

    private void ReadGenerations()
    {
        using var command = database.Command(
            """
            SELECT generation_id, position, path, seen_size, missing_since IS NOT NULL, accepted_at, g.cluster_id, format, c.cluster_id, fingerprint, live_path
            FROM main.generation g LEFT JOIN main.cluster c ON c.cluster_id = g.cluster_id
            """);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var (position, name) = (reader.GetInt64(1), $"Generation {reader.GetInt64(0)} (last seen as {reader.GetString(2)})");
            generations[reader.GetInt64(0)] = (new SpanSet(), position, name);
            if (RecordFormats.Names.Contains(reader.GetString(7)))
            {
                logs[reader.GetInt64(0)] = new StoredLog(reader.GetInt64(6), reader.GetString(7), name, CommandLog.Is(reader.GetString(9)) ? reader.GetString(10) : null);
            }

            if (reader.IsDBNull(8))
            {
                differences.Add($"{name}: its cluster is not in the store.");
            }

            if (reader.GetBoolean(4))
            {
                DateTimeOffset? at = reader.IsDBNull(5) ? null : DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64(5));
                (at is null ? differences : accepted).Add($"{name}: {GenerationStatus.Missing(position, reader.GetInt64(3), at)}.");
            }
        }
    }

    private void ReadSegments()
    {
        var kept = generations.ToDictionary(g => g.Key, _ => 0L);
        foreach (var (id, offset, length, bytes) in StoreSegments.All(database, unpack: !quick))
        {
            var name = generations.TryGetValue(id, out var generation) ? generation.Name : $"Generation {id}, which is not in the store";
            if (kept.GetValueOrDefault(id) is var reached && offset != reached)
            {
                differences.Add($"{name}: of bytes {Math.Min(offset, reached)} to {Math.Max(offset, reached) - 1} {(offset < reached ? "two copies are" : "none are")} kept.");
            }

            if (bytes is null && !quick)
            {
                differences.Add($"{name}: bytes {offset} to {offset + length - 1} are not what was kept.");
            }

            kept[id] = offset + length;
        }

        foreach (var (id, reached) in kept)
        {
            if (generations.TryGetValue(id, out var generation) && reached != generation.Position)
            {
                differences.Add($"{generation.Name}: its bytes are kept up to {reached}, its position is {generation.Position}.");
            }
        }
    }

    // Each byte of a command's answers is of one answer, and between the first second asked about and the last one is none that was not.
    private void ReadAnswers()
    {
        var answered = logs.Where(l => l.Value.Command is not null).ToDictionary(l => l.Key, _ => new SpanSet());
        using var rows = database.Rows(
            """
            SELECT since, until, generation_id, "offset", length, name, format, live_path FROM main.answer LEFT JOIN main.cluster ON cluster.cluster_id = answer.cluster_id
            WHERE until >= since ORDER BY answer.cluster_id, format, live_path, since
            """);
        var (source, reached) = ("", 0L);
        while (rows.Next())
        {
            var asked = $"{rows.Text(7)}, cluster {rows.Text(5)}, format {rows.Text(6)}";
            if (source == asked && rows.Integer(0) > reached + 1)
            {
                differences.Add($"{asked}: what ended from {Time(reached + 1)} to {Time(rows.Integer(0) - 1)} was never asked about.");
            }

            reached = source == asked ? Math.Max(reached, rows.Integer(1)) : rows.Integer(1);
            source = asked;
            if (!rows.IsNull(2) && rows.Integer(4) > 0 && !(answered.TryGetValue(rows.Integer(2), out var spans) && spans.Add(rows.Integer(3), rows.Integer(3) + rows.Integer(4))))
            {
                differences.Add($"{asked}: the answer at bytes {rows.Integer(3)} to {rows.Integer(3) + rows.Integer(4) - 1} of generation {rows.Integer(2)} is not there, or another one is.");
            }
        }

        foreach (var (id, spans) in answered)
        {
            differences.AddRange(spans.Gaps(generations[id].Position).Select(gap => $"{generations[id].Name}: bytes {gap.Start} to {gap.End - 1} are of no answer."));
        }
    }

    private static string Time(long seconds) => AccountingRecord.Nearest(seconds).ToString("u", System.Globalization.CultureInfo.InvariantCulture);

    private void ReadUnreadable()
    {
        using var command = database.Command("SELECT unreadable FROM main.log_archives WHERE unreadable IS NOT NULL ORDER BY live_path");
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            differences.Add($"{rows.GetString(0)}; what it holds and no other file did is missing.");
        }
    }

    // Epochs would begin anew, and a collector that was replaced long since might commit.
    private void ReadLeases()
    {
        using var command = database.Command("SELECT DISTINCT cluster_id FROM main.log_archives WHERE cluster_id NOT IN (SELECT cluster_id FROM main.lease) ORDER BY cluster_id");
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            differences.Add($"The lease of cluster {rows.GetInt64(0)}, which a collector had, is not in the store.");
        }
    }

    private long ReadJobs()
    {
        var bytes = 0L;
        var done = database.Scalar("SELECT text_id FROM main.text_value WHERE value = @p0", JobState.Done) ?? -1;
        using var rows = database.Rows(
            $"""
            SELECT generation_id, "offset", length, cluster_id, {string.Join(", ", StoreRollup.KeyColumns.Select(c => c.StoredName))}, {SqlJob.Columns} FROM main.job_record j
            """);
        var job = new SqlJob(rows, 4 + StoreRollup.KeyColumns.Length);
        for (; rows.Next(); jobs++)
        {
            bytes += Take("record", rows);
            recount.Add(job.Read(done), new RollupKey(0, 0, rows.Integer(3), rows.Integer(4), rows.Integer(5), rows.Integer(6), rows.Integer(7), rows.Integer(8), rows.Integer(9)), database.Calendar);
        }

        return bytes;
    }

    private long ReadUnits(string kind, string sql, Action? counted = null)
    {
        var bytes = 0L;
        using var rows = database.Rows(sql);
        while (rows.Next())
        {
            bytes += Take(kind, rows);
            counted?.Invoke();
        }

        return bytes;
    }

    private long Take(string kind, IStoreRows row)
    {
        var (generation, offset, length) = (row.Integer(0), row.Integer(1), row.Integer(2));
        if (!generations.TryGetValue(generation, out var found))
        {
            differences.Add($"A {kind} stands in generation {generation}, which is not in the store.");
        }
        else if (!found.Units.Add(offset, offset + length))
        {
            differences.Add($"{found.Name}: the {kind} at bytes {offset} to {offset + length - 1} overlaps another unit.");
        }

        return length;
    }

    private void CompareRollup()
    {
        recount.AddTotals(StoreRollup.TotalsEnd(database));
        using var rows = database.Rows(StoreRollup.All);
        var wrong = 0L;
        while (rows.Next())
        {
            var key = RollupKey.Of(rows);
            wrong += recount.Remove(key, out var sums) && Agrees(rows, sums) ? 0 : 1;
        }

        if (wrong + recount.Count > 0)
        {
            differences.Add($"The daily roll-up differs from a recount in {wrong + recount.Count} rows.");
        }
    }

    private static bool Agrees(IStoreRows row, ReadOnlySpan<double> sums)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            var (column, known) = (RollupKey.Parts + i, !double.IsNaN(sums[i]));
            if (row.IsNull(column) == known || (known && !Close(row.Real(column), sums[i])))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Close(double kept, double counted) => Math.Abs(kept - counted) <= Tolerance * Math.Max(1, Math.Abs(counted));
}
