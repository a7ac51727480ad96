using System.Data.Common;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.Accounting.Tests.Collecting;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Store;

/// <summary>A value that somebody changes by hand is told, in whichever column of whichever table it stands.</summary>
public abstract class VerificationColumnTests(StoreKind kind)
{
    // What cannot be known, and why not.
    private static readonly Dictionary<string, string> Unknowable = new()
    {
        ["job_record.job_row"] = "a row's own number, which nothing refers to",
        ["event_record.event_row"] = "a row's own number, which nothing refers to",
        ["reject.reject_id"] = "a row's own number, which nothing refers to",
        ["lease.expires"] = "it moves with each commit; a time out of range counts as run out",
        ["schema_migration.applied_at"] = "nothing rests on it",
    };

    [Fact]
    public void A_value_that_was_changed_by_hand_is_told()
    {
        using var bed = Filled();
        bed.Store.With(d => d.Execute(kind == StoreKind.Sqlite ? "PRAGMA foreign_keys = OFF" : "SET session_replication_role = replica"));
        Assert.Empty(Told(bed));
        var (columns, untold, told) = (Columns(bed), new List<string>(), new List<string>());
        foreach (var (table, column) in columns)
        {
            foreach (var toNull in new[] { false, true })
            {
                if (TryChange(bed, table, column, toNull, columns.Where(c => c.Table == table).Select(c => c.Column)) is not { } takeBack)
                {
                    continue;
                }

                (Told(bed).Count == 0 ? untold : told).Add($"{table}.{column}");
                takeBack();
            }
        }

        Assert.Empty(Told(bed));
        Assert.Equal(Unknowable.Keys.Order(StringComparer.Ordinal), untold.Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(columns.Select(c => $"{c.Table}.{c.Column}").Order(StringComparer.Ordinal), told.Concat(untold).Distinct().Order(StringComparer.Ordinal));
    }

    private static IReadOnlyList<string> Told(CollectorBed bed)
    {
        try
        {
            using var store = AccountingStore.OpenToRead(bed.Database);
            return store.Verify().Differences;
        }
        catch (NfsToolsException e)
        {
            return [e.Message];
        }
    }

    private static List<(string Table, string Column)> Columns(CollectorBed bed) => bed.Store.With(d =>
    {
        var columns = new List<(string, string)>();
        foreach (var table in d.Definitions().Keys.Where(k => k.StartsWith("table ", StringComparison.Ordinal)).Select(k => k["table ".Length..]).Order(StringComparer.Ordinal))
        {
            columns.AddRange(Rows(d, $"SELECT * FROM main.{table} LIMIT 0").Names.Select(n => (table, n)));
        }

        return columns;
    });

    // Changes one value, by one or by a letter; null where none can be changed so.
    private Action? TryChange(CollectorBed bed, string table, string column, bool toNull, IEnumerable<string> columns) => bed.Store.With<Action?>(d =>
    {
        List<string> all = [.. columns];
        var row = Rows(d, $"SELECT {string.Join(", ", all.Select(Quoted))} FROM main.{table} ORDER BY {Quoted(column)} IS NULL, {string.Join(", ", all.Select(Quoted))} LIMIT 1").Values;
        Assert.True(row is not null, $"{table} is empty");
        var (at, is_) = (all.IndexOf(column), kind == StoreKind.Sqlite ? "IS" : "IS NOT DISTINCT FROM");
        object? before = row[at] is DBNull ? null : row[at];
        foreach (var after in toNull ? [null] : Changed(before))
        {
            if (Equals(before, after))
            {
                return null;
            }

            var (sql, known) = ($"UPDATE main.{table} SET {Quoted(column)} = @p{all.Count} WHERE {string.Join(" AND ", all.Index().Select(c => $"{Quoted(c.Item)} {is_} @p{c.Index}"))}", (object?[])[.. row]);
            try
            {
                if (d.Execute(sql, [.. known, after]) == 1)
                {
                    known[at] = after;
                    return () => Assert.Equal(1, bed.Store.With(s => s.Execute(sql, [.. known, before])));
                }
            }
            catch (DbException)
            {
                // Such a value may not stand there.
            }
        }

        return null;
    });

    // PostgreSQL takes a number for a text, and then none that is compared with it.
    private object?[] Changed(object? value) => value switch
    {
        long number => [number + 1, number + 1_000_003],
        double number => [number + 1],
        byte[] bytes => [(byte[])[(byte)(bytes[0] ^ 1), .. bytes[1..]]],
        string text => [text + "x"],
        _ => kind == StoreKind.PostgreSql ? ["x", 1L] : [1L],
    };

    private static string Quoted(string name) => $"\"{name}\"";

    private static (string[] Names, object[]? Values) Rows(StoreDatabase database, string sql)
    {
        using var command = database.Command(sql);
        using var row = command.ExecuteReader();
        var names = Enumerable.Range(0, row.FieldCount).Select(row.GetName).ToArray();
        var values = new object[names.Length];
        return row.Read() && row.GetValues(values) > 0 ? (names, values) : (names, null);
    }

    private CollectorBed Filled()
    {
        var bed = new CollectorBed(kind, "Europe/Zurich");
        var generator = new LsfLogGenerator(67, new LsfGeneratorOptions { DefectRate = 0.1, QuirkRate = 0.3, OtherRate = 0.1, FillerRate = 0.05 });
        using var writer = bed.Writer();
        for (var i = 0; i < 30; i++)
        {
            writer.Append(generator.Next());
        }

        var line = System.Text.Encoding.Latin1.GetString(writer.Truth.Last(t => t.Kind == GeneratedKind.Job).Bytes);
        File.AppendAllText(bed.Live, "# a comment\n" + line, System.Text.Encoding.Latin1);
        bed.Collect();
        JobPartTests.WriteJobAndTask(bed.Live + ".ge");
        new Collector(bed.Store, new CollectorOptions { Sources = [new CollectorSource(bed.Live + ".ge", "parts", "gridengine")], Once = true }).Run(TestContext.Current.CancellationToken);
        var command = SourceCommand.Of(["sh", "-c", "echo '# what was answered'; cat \"$1\"", "{since}{until}", bed.Live]);
        new Collector(bed.Store, new CollectorOptions { Sources = [new CollectorSource(command, "answered", "lsf")], Once = true }).Run(TestContext.Current.CancellationToken);
        return bed;
    }
}

/// <inheritdoc/>
public sealed class SqliteVerificationColumnTests() : VerificationColumnTests(StoreKind.Sqlite);

/// <inheritdoc/>
[Trait("Store", "PostgreSQL")]
public sealed class PostgreSqlVerificationColumnTests() : VerificationColumnTests(StoreKind.PostgreSql);
