using System.CommandLine;
using NfsTools.Accounting.Model;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools report</c>: bacct's metrics of the jobs of a store.</summary>
internal static class ReportCommand
{
    private static readonly string KeyNames = string.Join(", ", GroupKey.All.Select(k => k.Name));

    public static Command Create()
    {
        var store = new StoreOptions();
        var by = ListOption.Of<GroupKey>("--by", $"Group by {KeyNames}; several separated by commas. Days and months are UTC. Default: one total.", "KEYS", Key);
        var filter = new FilterOptions();
        var json = CommonOptions.Json("With --by a JSON array with one object a group, without it one object: durations in seconds, memory in KB.");
        var csv = CommonOptions.Csv();
        var command = new Command("report", "bacct's metrics of the jobs of a store, in total or by user, queue, project, day ...");
        store.AddTo(command);
        command.Add(by);
        filter.AddTo(command);
        command.Add(json);
        command.Add(csv);
        CommonOptions.NotTogether(command, json, csv);
        command.SetAction(line =>
        {
            List<GroupKey> keys = [.. line.GetValue(by) ?? []];
            var jobs = filter.Read(line);
            using var open = store.OpenToRead(line);
            Write(open.Report(jobs, keys), keys, jobs, line.GetValue(json), line.GetValue(csv), line.InvocationConfiguration.Output);
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

    private static void Write(IReadOnlyList<JobMetrics> groups, List<GroupKey> by, JobFilter filter, bool asJson, bool asCsv, TextWriter output)
    {
        if (asJson)
        {
            using var json = new JsonOutput(output);
            if (by.Count > 0)
            {
                json.Array(groups, MetricFields.Of(by));
            }
            else
            {
                json.Object(groups[0], MetricFields.Of(by));
            }
        }
        else if (asCsv)
        {
            CsvOutput<JobMetrics>.Write(output, groups, MetricFields.Of(by));
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
