using System.CommandLine;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools parse</c>: log files to typed records, without a store.</summary>
internal static class ParseCommand
{
    private const string StandardInput = "-";

    public static Command Create()
    {
        var paths = CommonOptions.NotEmpty(new Argument<string[]>("PATH") { Description = "The log files; an archive is named like any other file, and may be compressed with gzip, zstd, xz or bzip2. - is standard input.", Arity = ArgumentArity.OneOrMore });
        var cluster = CommonOptions.Cluster();
        var format = CommonOptions.Format();
        var timeZone = CommonOptions.LogTimeZone();
        var json = CommonOptions.Json("One JSON array of all records, instead of an object a line.");
        var csv = CommonOptions.Csv();
        csv.Description += " Jobs alone, without records of other types.";
        var command = new Command(
            "parse",
            "Read log files to typed records on standard output: an object a line, with the fields of \"query --json\" behind recordType. What cannot be read goes to "
            + "standard error, with file, position in bytes and reason, and makes the exit code 1.")
        {
            paths, cluster, format, timeZone, json, csv,
        };
        CommonOptions.NotTogether(command, json, csv);
        command.SetAction(line =>
        {
            var rejects = 0;
            var (named, owner, zone) = (line.GetValue(format), line.GetValue(cluster), line.GetValue(timeZone));
            var sources = line.GetRequiredValue(paths).Select(path => (path, Items(path, owner, named, zone))).ToList();
            var records = sources.SelectMany(source => Records(source, () => rejects++));
            Write(records, line.GetValue(json), line.GetValue(csv), line.InvocationConfiguration.Output);
            return rejects > 0 ? ExitCode.DoesNotHold : ExitCode.Well;
        });
        return command;
    }

    // What is wrong with how it was asked for is told before anything is read.
    private static IEnumerable<AccountingItem> Items(string path, string? cluster, string? format, string? timeZone)
    {
        if (path != StandardInput)
        {
            return AccountingReader.ReadFile(UsageException.Check(() => new CollectorSource(path, cluster, format, timeZone)));
        }

        var input = OpenInput();
        return UsageException.Check(() => AccountingReader.ReadStream(input, "standard input", format, cluster ?? CollectorSource.DefaultCluster, timeZone));
    }

    private static Stream OpenInput() => StandardStream.IsClosed(StandardStream.Input)
        ? throw new NfsToolsException("Standard input is closed.", "Send the log to it, or name the file.")
        : Console.OpenStandardInput();

    private static IEnumerable<AccountingRecord> Records((string Path, IEnumerable<AccountingItem> Items) source, Action onReject)
    {
        foreach (var item in source.Items)
        {
            if (item.Record is { } record)
            {
                yield return record;
                continue;
            }

            onReject();
            ErrorOutput.Line($"{source.Path}: byte {Figures.Whole(item.Offset)}, {Figures.Whole(item.Length)} bytes: {item.Reason}");
        }
    }

    private static void Write(IEnumerable<AccountingRecord> records, bool asArray, bool asCsv, TextWriter output)
    {
        if (asCsv)
        {
            CsvOutput<JobRecord>.Write(output, records.OfType<JobRecord>(), JobFields.All);
            return;
        }

        using var json = new JsonOutput(output);
        if (asArray)
        {
            json.Array(records, RecordJson.Write);
            return;
        }

        foreach (var record in records)
        {
            json.Object(w => RecordJson.Write(w, record));
        }
    }
}
