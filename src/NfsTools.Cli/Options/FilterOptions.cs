using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using NfsTools.Accounting.Model;

namespace NfsTools.Cli.Options;

/// <summary>The options that say which jobs are meant: one for each column that jobs can be picked by.</summary>
internal sealed class FilterOptions
{
    private readonly List<(JobColumn Column, Option<IReadOnlyList<string>> Option)> columns = [.. JobColumns.All.Where(c => c.CanFilter && c != JobColumns.Hosts).Select(c => (c, Of(c)))];
    private readonly Option<IReadOnlyList<string>> clusters = ListOption.Of("--cluster", JobFilter.ClustersHelp, "NAME");
    private readonly Option<IReadOnlyList<string>> hosts = ListOption.Of("--host", JobFilter.HostsHelp, "NAME");
    private readonly Option<IReadOnlyList<long?>> jobIds = ListOption.Of<long?>("--job-id", JobFilter.JobIdsHelp, "N", JobId);

    private readonly Option<StoreTime?> from = TimeOption.Of(
        "--from", "Jobs that ended at this time or later: 2026-11-21, 2026-11-21T20:57:27 or seconds since 1970; in the store's time zone where no offset such as +01:00, or Z for UTC, is given. Default: the first job.");

    private readonly Option<StoreTime?> to = TimeOption.Of(
        "--to", "Jobs that ended before this time, the time itself excluded: --from 2026-11-01 --to 2026-12-01 is November. Default: the last job.");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { from, to, clusters, hosts, jobIds }.Concat(columns.Select(c => c.Option)))
        {
            command.Add(option);
        }
    }

    /// <summary>What they say.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="days">The days of the store; null to see what is wrong before it is opened.</param>
    /// <exception cref="UsageException">The time meant ends before it begins.</exception>
    public JobFilter Read(ParseResult line, DayCalendar? days)
    {
        var (first, end) = TimeOption.Period(line.GetValue(from), line.GetValue(to), days);
        return new JobFilter
        {
            Columns = [.. columns.Select(c => new ColumnFilter(c.Column, line.GetValue(c.Option) ?? [])).Where(f => f.Patterns.Count > 0)],
            Clusters = line.GetValue(clusters) ?? [],
            Hosts = line.GetValue(hosts) ?? [],
            JobIds = [.. (line.GetValue(jobIds) ?? []).Select(id => id!.Value)],
            From = first,
            To = end,
        };
    }

    private static Option<IReadOnlyList<string>> Of(JobColumn column)
    {
        var more = column == JobColumns.User ? " This and the other lists take several values: --user a --user b, or --user a,b; in texts * and ? are wildcards, and !a means all but a."
            : column == JobColumns.State || column == JobColumns.SchedulerState ? " Upper and lower case are the same."
            : "";
        var name = "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(column.Name);
        return column.Kind is ColumnKind.Text or ColumnKind.FreeText
            ? ListOption.Of(name, column.Help + more, "TEXT")
            : ListOption.Of(name, column.Help, "N", (text, error) => Code(name, text, error));
    }

    private static string? Code(string option, string text, Action<string> error)
    {
        if (text.Length == 0 || long.TryParse(text.AsSpan(text[0] == '!' ? 1 : 0), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            return text;
        }

        error($"{option}: \"{text}\" is no whole number.");
        return null;
    }

    private static long? JobId(string text, Action<string> error)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return id;
        }

        error($"--job-id: \"{text}\" is no job number.");
        return null;
    }
}
