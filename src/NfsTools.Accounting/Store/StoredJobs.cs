using NfsTools.Accounting.Model;
using NfsTools.Accounting.Store.Sqlite;

namespace NfsTools.Accounting.Store;

/// <summary>Makes jobs of the rows of a query for <see cref="JobSql.Stored"/>, or <see cref="JobSql.StoredNumbers"/> where it looks texts up.</summary>
internal sealed class StoredJobs : IDisposable
{
    private static readonly JobColumn[] Columns = [.. JobColumns.Stored];
    private static readonly int Format = Columns.Length + 1;
    private readonly KeptLog log;
    private readonly NumberedTexts? clusters;
    private readonly NumberedTexts? formats;
    private readonly NumberedTexts? texts;
    private readonly long[] numbers = new long[Columns.Length];
    private readonly string[] strings = new string[Columns.Length];

    public StoredJobs(StoreDatabase database, KeptLog log)
    {
        this.log = log;
        clusters = database.Texts("SELECT name FROM main.cluster WHERE cluster_id = ?");
        formats = database.Texts("SELECT format FROM main.generation WHERE generation_id = ?");
        texts = database.Texts("SELECT value FROM main.text_value WHERE text_id = ?");
    }

    /// <summary>Whether texts are looked up by their numbers, and need not be in the row.</summary>
    public bool LooksUp => texts is not null;

    /// <summary>The job of the row at hand.</summary>
    public StoredJob Read(IStoreRows row)
    {
        var (known, integers, words) = (0UL, 0, 0);
        for (var i = 0; i < Columns.Length; i++)
        {
            var at = i + 1;
            switch (Columns[i].Kind)
            {
                case ColumnKind.Text or ColumnKind.FreeText:
                    if ((Columns[i].Kind == ColumnKind.Text ? Text(texts, row, at) : row.Text(at)) is not { } text)
                    {
                        continue;
                    }

                    strings[words++] = text;
                    break;
                case ColumnKind.Real:
                    var real = row.Real(at);
                    if (real == 0 && row.IsNull(at))
                    {
                        continue;
                    }

                    numbers[integers++] = BitConverter.DoubleToInt64Bits(real);
                    break;
                default:
                    var integer = row.Integer(at);
                    if (integer == 0 && row.IsNull(at))
                    {
                        continue;
                    }

                    numbers[integers++] = integer;
                    break;
            }

            known |= 1UL << i;
        }

        var place = (row.Integer(Format + 2), row.Integer(Format + 3), checked((int)row.Integer(Format + 4)));
        return new StoredJob(known, numbers[..integers], strings[..words], row.Integer(Format + 1), log, place)
        {
            Cluster = Text(clusters, row, 0) ?? "",
            Format = Text(formats, row, Format) ?? "",
        };
    }

    public void Dispose()
    {
        clusters?.Dispose();
        formats?.Dispose();
        texts?.Dispose();
    }

    // 0 is no number of a text, and stands for NULL.
    private static string? Text(NumberedTexts? texts, IStoreRows row, int column) => texts is null ? row.Text(column) : row.Integer(column) is var number and not 0 ? texts[number] : null;
}
