using System.CommandLine;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools query</c>: the jobs of a store.</summary>
internal static class QueryCommand
{
    public static Command Create()
    {
        var store = new StoreOptions();
        var filter = new FilterOptions();
        var limit = NumberOption.Of("--limit", $"{JobFilter.LimitHelp} Default: all.", "N", 1, int.MaxValue);
        var columns = ColumnOptions.Shown();
        var sort = ColumnOptions.Sort();
        var top = NumberOption.Of("--top", "The N jobs with the largest values of --sort, the largest first.", "N", 1, int.MaxValue);
        var json = CommonOptions.Json("A JSON array with one object a job: times in seconds since 1970 UTC, durations in seconds, memory in KB.");
        var csv = CommonOptions.Csv();
        var allFields = new Option<bool>("--all-fields") { Description = "A JSON array with every field of each job's line, by its name, read again from the bytes that the store keeps. Values are as the scheduler wrote them." };
        var command = new Command("query", "The jobs of a store, in the order of their ends; as a table, unless --json or --csv asks for every field.");
        store.AddTo(command);
        filter.AddTo(command);
        command.Add(limit);
        command.Add(columns);
        command.Add(sort);
        command.Add(top);
        command.Add(json);
        command.Add(csv);
        command.Add(allFields);
        CommonOptions.NotTogether(command, json, csv);
        CommonOptions.NotTogether(command, limit, top);
        CommonOptions.NotTogether(command, csv, allFields);
        CommonOptions.NotTogether(command, columns, allFields);
        command.SetAction(line =>
        {
            filter.Read(line, days: null);
            using var open = store.OpenToRead(line);
            var jobs = filter.Read(line, open.Calendar) with { Limit = (int)(line.GetValue(limit) ?? line.GetValue(top) ?? 0), Sort = line.GetValue(sort), IsDescending = line.GetValue(top) is not null };
            if (line.GetValue(allFields))
            {
                using var fields = new JsonOutput(line.InvocationConfiguration.Output);
                fields.Array(open.QueryAllFields(jobs), RecordFields.Write);
                return ExitCode.Well;
            }

            Write(open.Query(jobs), line.GetValue(columns) ?? [], line.GetValue(json), line.GetValue(csv), line.InvocationConfiguration.Output);
            return ExitCode.Well;
        });
        return command;
    }

    private static void Write(IEnumerable<JobRecord> jobs, IReadOnlyList<JobColumn> columns, bool asJson, bool asCsv, TextWriter output)
    {
        IReadOnlyList<Field<JobRecord>> fields = columns.Count == 0 ? JobFields.All : [JobFields.Cluster, .. columns.Select(JobFields.Of)];
        if (asJson)
        {
            using var json = new JsonOutput(output);
            json.Array(jobs, fields);
        }
        else if (asCsv)
        {
            CsvOutput<JobRecord>.Write(output, jobs, fields);
        }
        else if (columns.Count > 0)
        {
            JobTable.Write(output, jobs, columns);
        }
        else
        {
            JobTable.Write(output, jobs);
        }
    }
}
