using System.CommandLine;
using NfsTools.Accounting.Model;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools report</c>: bacct's metrics of the jobs of a store, or what they used.</summary>
internal static class ReportCommand
{
    private static readonly string KeyNames = string.Join(", ", GroupKey.All.Select(k => k.Name));

    public static Command Create()
    {
        var store = new StoreOptions();
        var by = ListOption.Of<GroupKey>("--by", $"Group by {KeyNames}; several separated by commas. Days and months are of the time zone of the store (collect --timezone). Default: one total.", "KEYS", Key);
        var filter = new FilterOptions();
        var json = CommonOptions.Json("With --by a JSON array with one object a group, without it one object: durations in seconds, memory in KB; basis (ended or used) and timeZone say what they are of.");
        var used = new Option<bool>("--used")
        {
            Description = "What was used in the time, instead of whole jobs that ended in it: jobs are cut at its borders and at midnight, so that a job of ten days counts on ten days. --from and --to are the borders then.",
        };
        var csv = CommonOptions.Csv();
        var sort = CommonOptions.NotEmpty(new Option<string>("--sort")
        {
            Description = $"Put the groups in order by this: a key of --by or a figure as JSON calls it, {Names(MeasureBasis.Ended)}, or with --used {Names(MeasureBasis.Used)}. Default: the keys of --by.",
            HelpName = "NAME",
        });
        var top = NumberOption.Whole("--top", "The N groups with the largest values of --sort, the largest first.", "N", 1, int.MaxValue);
        var command = new Command("report", "bacct's metrics of the jobs of a store, in total or by user, queue, project, day ...; or, with --used, what they used.");
        store.AddTo(command);
        command.Add(by);
        command.Add(used);
        filter.AddTo(command);
        command.Add(json);
        command.Add(csv);
        command.Add(sort);
        command.Add(top);
        CommonOptions.NotTogether(command, json, csv);
        CommonOptions.OnlyWith(command, sort, by);
        CommonOptions.OnlyWith(command, top, sort);
        command.SetAction(line =>
        {
            List<GroupKey> keys = [.. line.GetValue(by) ?? []];
            var basis = line.GetValue(used) ? MeasureBasis.Used : MeasureBasis.Ended;
            var order = line.GetValue(sort) is { } name ? Figure(name, keys, basis) : (Field<JobMetrics>?)null;
            filter.Read(line, days: null);
            using var open = store.OpenToRead(line);
            var jobs = filter.Read(line, open.Calendar);
            var groups = InOrder(open.Report(jobs, keys, basis), order, line.GetValue(top));
            var output = line.InvocationConfiguration.Output;
            if (line.GetValue(json) || line.GetValue(csv))
            {
                WriteFields(groups, keys, basis, line.GetValue(json), output);
            }
            else
            {
                MetricTable.WriteHeading(output, basis, open.Calendar.TimeZone, groups);
                Write(groups, keys, basis, jobs, output);
            }

            return ExitCode.Well;
        });
        return command;
    }

    private static GroupKey? Key(string text, Action<string> error)
    {
        var key = GroupKey.Find(text);
        if (key is null)
        {
            error($"--by: jobs cannot be grouped by \"{text}\", only by {KeyNames}.");
        }

        return key;
    }

    private static string Names(MeasureBasis basis) => string.Join(", ", MetricFields.Figures(basis).Select(f => f.Name));

    private static Field<JobMetrics> Figure(string name, List<GroupKey> keys, MeasureBasis basis)
    {
        Field<JobMetrics>[] known = [.. MetricFields.Keys(keys), .. MetricFields.Figures(basis)];
        return Array.Find(known, f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Name: not null } field
            ? field
            : throw new UsageException($"--sort: this report has no \"{name}\".", $"Name one of {string.Join(", ", known.Select(f => f.Name))}.");
    }

    // What is equal stays in the order of its keys.
    private static IReadOnlyList<JobMetrics> InOrder(IReadOnlyList<JobMetrics> groups, Field<JobMetrics>? order, int? top) => (order, top) switch
    {
        ({ } figure, { } most) => [.. groups.OrderByDescending(figure.Value).Take(most)],
        ({ } figure, null) => [.. groups.OrderBy(figure.Value)],
        _ => groups,
    };

    private static void WriteFields(IReadOnlyList<JobMetrics> groups, List<GroupKey> by, MeasureBasis basis, bool asJson, TextWriter output)
    {
        if (!asJson)
        {
            CsvOutput<JobMetrics>.Write(output, groups, MetricFields.Of(by, basis));
            return;
        }

        using var json = new JsonOutput(output);
        if (by.Count > 0)
        {
            json.Array(groups, MetricFields.Of(by, basis));
        }
        else
        {
            json.Object(groups[0], MetricFields.Of(by, basis));
        }
    }

    private static void Write(IReadOnlyList<JobMetrics> groups, List<GroupKey> by, MeasureBasis basis, JobFilter filter, TextWriter output)
    {
        if (basis == MeasureBasis.Used)
        {
            MetricTable.WriteUsed(output, groups, by);
        }
        else if (by.Count > 0)
        {
            MetricTable.Write(output, groups, by);
        }
        else
        {
            MetricTable.WriteSummary(output, groups[0], filter is { From: { } from, To: { } to } ? to - from : null);
        }
    }
}
