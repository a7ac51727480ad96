using System.CommandLine;
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
        var limit = NumberOption.Of("--limit", "At most so many jobs, the first ones. Default: all.", "N", 1, int.MaxValue);
        var json = CommonOptions.Json("A JSON array with one object a job: times in seconds since 1970 UTC, durations in seconds, memory in KB.");
        var csv = CommonOptions.Csv();
        var command = new Command("query", "The jobs of a store, in the order of their ends; as a table, unless --json or --csv asks for every field.");
        store.AddTo(command);
        filter.AddTo(command);
        command.Add(limit);
        command.Add(json);
        command.Add(csv);
        CommonOptions.NotTogether(command, json, csv);
        command.SetAction(line =>
        {
            var jobs = filter.Read(line) with { Limit = (int)(line.GetValue(limit) ?? 0) };
            using var open = store.OpenToRead(line);
            Write(open.Query(jobs), line.GetValue(json), line.GetValue(csv), line.InvocationConfiguration.Output);
            return ExitCode.Well;
        });
        return command;
    }

    private static void Write(IEnumerable<JobRecord> jobs, bool asJson, bool asCsv, TextWriter output)
    {
        if (asJson)
        {
            using var json = new JsonOutput(output);
            json.Array(jobs, JobFields.All);
        }
        else if (asCsv)
        {
            CsvOutput<JobRecord>.Write(output, jobs, JobFields.All);
        }
        else
        {
            JobTable.Write(output, jobs);
        }
    }
}
