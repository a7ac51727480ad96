using System.Data.Common;
using System.Globalization;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>Which jobs are meant, in SQL. Whatever a user asked for is bound as a parameter.</summary>
internal sealed class JobConditions(StoreDatabase database, DbCommand command, JobFilter filter)
{
    private readonly List<string> conditions = [];

    /// <summary>A WHERE clause; empty where all jobs are meant.</summary>
    /// <param name="rows">What the rows of jobs, or of the roll-up, are called in the query.</param>
    /// <param name="time">When they ended, in seconds since 1970; a day of the roll-up, where <paramref name="calendar"/> tells its number.</param>
    /// <param name="calendar">The days of the store; null where times are asked for, and not days.</param>
    public string Of(string rows, string time, DayCalendar? calendar = null)
    {
        foreach (var column in filter.Columns)
        {
            AddColumn(rows, column);
        }

        AddTexts(filter.Clusters, $"{rows}.cluster_id", matches => $"SELECT cluster_id FROM main.cluster WHERE {matches("name")}");
        AddTexts(filter.Hosts, $"{rows}.hosts_id", matches => $"SELECT hosts_id FROM main.hosts_member JOIN main.text_value ON text_id = host_id WHERE {matches("value")}");
        if (filter.JobIds.Count > 0)
        {
            conditions.Add($"{rows}.job_id IN ({string.Join(", ", filter.JobIds.Select(id => Parameter(id)))})");
        }

        if (filter.From is { } from)
        {
            conditions.Add($"{time} >= {Parameter(Number(from, calendar))}");
        }

        if (filter.To is { } to)
        {
            conditions.Add($"{time} < {Parameter(Number(to, calendar))}");
        }

        return conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}";
    }

    private static long Number(DateTimeOffset time, DayCalendar? calendar) => calendar?.DayOf(time.ToUnixTimeSeconds()) ?? time.ToUnixTimeSeconds();

    private void AddColumn(string rows, ColumnFilter wanted)
    {
        if (wanted.Column == JobColumns.State && wanted.NamesSchedulerState)
        {
            AddStates(rows, wanted);
            return;
        }

        var column = $"{rows}.{wanted.Column.StoredName}";
        switch (wanted.Column.Kind)
        {
            case ColumnKind.Text:
                AddTexts(Cased(wanted), column, matches => $"SELECT text_id FROM main.text_value WHERE {matches("value")}");
                break;
            case ColumnKind.FreeText:
                AddAlternatives(wanted.Wanted.Select(p => Matches($"coalesce({column}, '')", p)));
                conditions.AddRange(wanted.Unwanted.Select(p => $"NOT {Matches($"coalesce({column}, '')", p)}"));
                break;
            default:
                AddAlternatives(wanted.Wanted.Select(n => n.Length == 0 ? $"{column} IS NULL" : $"{column} = {Parameter(Number(wanted, n))}"));
                conditions.AddRange(wanted.Unwanted.Select(n => n.Length == 0 ? $"{column} IS NOT NULL" : $"({column} IS NULL OR {column} <> {Parameter(Number(wanted, n))})"));
                break;
        }
    }

    // A state may be named by the scheduler's own word too: EXIT.
    private void AddStates(string rows, ColumnFilter wanted)
    {
        var words = Cased(wanted);
        string Either(string pattern) =>
            $"({string.Join(" OR ", new[] { JobColumns.State, JobColumns.SchedulerState }.Select(c => $"{rows}.{c.StoredName} IN (SELECT text_id FROM main.text_value WHERE {Matches("value", pattern)})"))})";
        AddAlternatives(words.Where(w => !w.StartsWith('!')).Select(Either));
        conditions.AddRange(words.Where(w => w.StartsWith('!')).Select(w => $"NOT {Either(w[1..])}"));
    }

    // States are words in capitals, however a user writes them.
    private static List<string> Cased(ColumnFilter wanted) =>
        [.. wanted.Patterns.Select(p => wanted.Column == JobColumns.State || wanted.Column == JobColumns.SchedulerState ? p.ToUpperInvariant() : p)];

    private static long Number(ColumnFilter wanted, string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new NfsToolsException($"{wanted.Column.Name}: \"{text}\" is no whole number.", "Write a whole number.");

    // Numbers stand for the texts: 0 or NULL for none. What an index is to find is named as it is.
    private void AddTexts(IReadOnlyList<string> patterns, string column, Func<Func<string, string>, string> numbers)
    {
        var filter = new ColumnFilter(JobColumns.User, patterns);
        var known = $"coalesce({column}, 0)";
        string In(string number, IEnumerable<string> texts) => $"{number} IN ({numbers(value => string.Join(" OR ", texts.Select(t => Matches(value, t))))})";
        List<string> named = [.. filter.Wanted.Where(t => t.Length > 0)], unnamed = [.. filter.Unwanted.Where(t => t.Length > 0)];
        AddAlternatives([.. named.Count > 0 ? [In(column, named)] : Array.Empty<string>(), .. filter.Wanted.Contains("") ? [$"{known} = 0"] : Array.Empty<string>()]);
        if (unnamed.Count > 0)
        {
            conditions.Add($"NOT {In(known, unnamed)}");
        }

        if (filter.Unwanted.Contains(""))
        {
            conditions.Add($"{known} <> 0");
        }
    }

    private void AddAlternatives(IEnumerable<string> alternatives)
    {
        if (string.Join(" OR ", alternatives) is { Length: > 0 } any)
        {
            conditions.Add($"({any})");
        }
    }

    private string Matches(string value, string pattern) => ColumnFilter.IsPattern(pattern) ? $"{value} {database.Like(pattern, out var text)} {Parameter(text)}" : $"{value} = {Parameter(pattern)}";

    private string Parameter(object value) => StoreDatabase.AddParameter(command, value);
}
