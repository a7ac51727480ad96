using System.Buffers;

namespace NfsTools.Cli.Output;

/// <summary>
/// Comma-separated values with a header, quoted as RFC 4180 has it; lines end in a newline alone, as Unix tools expect.
/// Values are exact: one that a spreadsheet would take for a formula is not altered. On a terminal they are cleaned of what that
/// would obey.
/// </summary>
internal sealed class CsvOutput<T>
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");
    private readonly TextWriter output;
    private readonly IReadOnlyList<Field<T>> fields;

    public CsvOutput(TextWriter output, IReadOnlyList<Field<T>> fields)
    {
        this.output = output;
        this.fields = fields;
        output.Write(string.Join(',', fields.Select(f => f.Name)) + "\n");
    }

    public static void Write(TextWriter output, IEnumerable<T> items, IReadOnlyList<Field<T>> fields)
    {
        var csv = new CsvOutput<T>(output, fields);
        foreach (var item in items)
        {
            csv.Row(item);
        }
    }

    public void Row(T item)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (i > 0)
            {
                output.Write(',');
            }

            var value = Terminal.IsThere ? SafeText.Clean(fields[i].Value(item).ToString()) : fields[i].Value(item).ToString();
            output.Write(value.AsSpan().ContainsAny(Special) ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value);
        }

        output.Write('\n');
    }
}
