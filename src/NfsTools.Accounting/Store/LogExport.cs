using System.Data.Common;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Accounting.Store;

/// <summary>Which of the kept bytes are written out.</summary>
public sealed record LogExport
{
    private const string What = "log";

    /// <summary>Generations by their numbers; none for all.</summary>
    public IReadOnlyCollection<long> Generations { get; init; } = [];

    /// <summary>Clusters; none for all.</summary>
    public IReadOnlyCollection<string> Clusters { get; init; } = [];

    /// <summary>Records written at this time or later; null for any. With a time, records alone are written.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Records written before this time; null for any.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Writes them into a file, which appears whole or not at all, for its owner alone.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The file, absolute.</param>
    /// <param name="force">Replace a file that is there; never the store itself, nor a database that is in use.</param>
    /// <param name="cancellation">Ends it, and leaves nothing behind.</param>
    /// <returns>How many bytes there were.</returns>
    /// <exception cref="NfsToolsException">The file is there or cannot be written, the store cannot be read, or it has no such generation or cluster.</exception>
    public long Write(AccountingStore store, string path, bool force = false, CancellationToken cancellation = default)
    {
        store.Spare(path, What, force);
        var size = 0L;
        WholeFile.Make(path, What, force, made =>
        {
            using var file = NativeFile.Create(made);
            File.SetUnixFileMode(file.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            size = store.Export(this, file, cancellation);
        });
        return size;
    }

    /// <summary>The spans of bytes, in the order of generations and offsets; those that follow each other are one.</summary>
    internal IReadOnlyList<(long Generation, long From, long To)> Spans(StoreDatabase database)
    {
        var all = new List<(long Id, long Position)>();
        var clusters = new HashSet<string>(StringComparer.Ordinal);
        using (var command = database.Command(""))
        {
            command.CommandText = database.Qualify(
                $"SELECT generation_id, position, name FROM main.generation JOIN main.cluster USING (cluster_id) WHERE {AnyOf(command, "name", Clusters)} AND {AnyOf(command, "generation_id", Generations)} ORDER BY generation_id");
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                all.Add((row.GetInt64(0), row.GetInt64(1)));
                clusters.Add(row.GetString(2));
            }
        }

        if (Generations.Except(all.Select(g => g.Id)).Order().ToList() is [var missing, ..])
        {
            throw new NfsToolsException($"{database.Name}: there is no generation {missing}{(Clusters.Count > 0 ? " of these clusters" : "")}.", "\"nfstools status\" names those that there are.");
        }

        if (Generations.Count == 0 && Clusters.Except(clusters).FirstOrDefault() is { } unknown)
        {
            throw new NfsToolsException($"{database.Name}: there is no log of a cluster {NameText.Write(unknown)}.", "\"nfstools status\" names those that there are.");
        }

        return From is null && To is null ? [.. all.Where(g => g.Position > 0).Select(g => (g.Id, 0L, g.Position))] : Within(database, [.. all.Select(g => g.Id)]);
    }

    private static string AnyOf<T>(DbCommand command, string column, IReadOnlyCollection<T> values) =>
        values.Count == 0 ? "1 = 1" : $"{column} IN ({string.Join(", ", values.Select(v => StoreDatabase.AddParameter(command, v)))})";

    private List<(long Generation, long From, long To)> Within(StoreDatabase database, HashSet<long> generations)
    {
        var spans = new List<(long Generation, long From, long To)>();
        using var command = database.Command("");
        var (from, to) = (StoreDatabase.AddParameter(command, From?.ToUnixTimeSeconds() ?? long.MinValue), StoreDatabase.AddParameter(command, To?.ToUnixTimeSeconds() ?? long.MaxValue));
        string Of(string table, string time) => $"SELECT generation_id, \"offset\", length FROM main.{table} WHERE {time} >= {from} AND {time} < {to}";
        command.CommandText = database.Qualify($"{Of("job_record", "end_time")} UNION ALL {Of("event_record", "event_time")} ORDER BY 1, 2");
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var (generation, start, end) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(1) + row.GetInt64(2));
            if (!generations.Contains(generation))
            {
                continue;
            }

            if (spans.Count > 0 && spans[^1].Generation == generation && spans[^1].To == start)
            {
                spans[^1] = (generation, spans[^1].From, end);
            }
            else
            {
                spans.Add((generation, start, end));
            }
        }

        return spans;
    }
}
