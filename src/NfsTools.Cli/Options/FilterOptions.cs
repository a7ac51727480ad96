using System.CommandLine;
using System.Globalization;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;

namespace NfsTools.Cli.Options;

/// <summary>The options that say which jobs are meant.</summary>
internal sealed class FilterOptions
{
    private readonly Option<IReadOnlyList<string>> clusters = ListOption.Of("--cluster", "Jobs of these clusters.", "NAME");
    private readonly Option<IReadOnlyList<string>> users = ListOption.Of("--user", "Jobs of these users. This and the other lists take several values: --user a --user b, or --user a,b.", "NAME");
    private readonly Option<IReadOnlyList<string>> queues = ListOption.Of("--queue", "Jobs of these queues.", "NAME");
    private readonly Option<IReadOnlyList<string>> projects = ListOption.Of("--project", "Jobs of these projects.", "NAME");
    private readonly Option<IReadOnlyList<string>> hosts = ListOption.Of("--host", "Jobs that held a slot on one of these hosts.", "NAME");
    private readonly Option<IReadOnlyList<string>> states = ListOption.Of("--state", "Jobs that ended so: DONE, EXIT; upper and lower case are the same.", "STATE");
    private readonly Option<IReadOnlyList<long?>> jobIds = ListOption.Of<long?>("--job-id", "Jobs with these numbers: every element of an array, every end of a requeued job.", "N", JobId);

    private readonly Option<DateTimeOffset?> from = TimeOption.Of(
        "--from", "Jobs that ended at this time or later: 2026-11-21, 2026-11-21T20:57:27 or seconds since 1970; UTC where no offset such as +01:00 is given. Default: the first job.");

    private readonly Option<DateTimeOffset?> to = TimeOption.Of(
        "--to", "Jobs that ended before this time, the time itself excluded: --from 2026-11-01 --to 2026-12-01 is November. Default: the last job.");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { users, queues, projects, hosts, states, jobIds, clusters, from, to })
        {
            command.Add(option);
        }
    }

    /// <exception cref="UsageException">The time meant ends before it begins.</exception>
    public JobFilter Read(ParseResult line)
    {
        var filter = new JobFilter
        {
            Clusters = line.GetValue(clusters) ?? [],
            Users = line.GetValue(users) ?? [],
            Queues = line.GetValue(queues) ?? [],
            Projects = line.GetValue(projects) ?? [],
            Hosts = line.GetValue(hosts) ?? [],
            States = line.GetValue(states) ?? [],
            JobIds = [.. (line.GetValue(jobIds) ?? []).Select(id => id!.Value)],
            From = line.GetValue(from),
            To = line.GetValue(to),
        };
        return filter is { From: { } begin, To: { } end } && begin >= end
            ? throw new UsageException("--from is not before --to.", "The time meant begins with --from and ends before --to: for one day, name the next day as --to.")
            : filter;
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
