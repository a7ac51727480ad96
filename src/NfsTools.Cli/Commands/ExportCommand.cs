using System.CommandLine;
using System.Globalization;
using NfsTools.Accounting.Store;
using NfsTools.Cli.Collecting;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools export</c>: what a store keeps, for others to read.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var store = new StoreOptions();
        var raw = new Option<bool>("--raw") { Description = "The log's own bytes, each as it was read: records, what could not be read, comments and blank lines.", Required = true };
        var generations = ListOption.Of("--generation", "These generations, by the numbers that status and verify name. Default: all, in the order in which they were found.", "NUMBERS", (text, tell) =>
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                tell($"--generation: \"{text}\" is no number of a generation.");
            }

            return number;
        });
        var clusters = ListOption.Of("--cluster", "Logs of these clusters. Default: all.", "CLUSTERS");
        var from = TimeOption.Of("--from", "Only records written at this time or later, each once; in the store's time zone where no offset such as +01:00, or Z for UTC, is given.");
        var to = TimeOption.Of("--to", "Only records written before this time, each once.");
        var target = CommonOptions.NotEmpty(new Option<string>("--output", "-o") { Description = "A file to be made, for its owner alone; it appears whole or not at all. Default: standard output.", HelpName = "FILE" });
        var force = new Option<bool>("--force") { Description = "Replace a file that is there." };
        var command = new Command("export", "Write out what a store keeps: with --raw the log byte for byte, also where the file itself is long gone.") { raw, generations, clusters, from, to, target, force };
        store.AddTo(command);
        CommonOptions.OnlyWith(command, force, target);
        command.Validators.Add(result =>
        {
            // Of an option without a value System.CommandLine does not ask it.
            if (!result.GetValue(raw))
            {
                result.AddError($"Option '{raw.Name}' is required.");
            }
        });
        command.SetAction(line =>
        {
            TimeOption.Period(line.GetValue(from), line.GetValue(to), days: null);
            using var open = store.OpenToRead(line);
            var (first, end) = TimeOption.Period(line.GetValue(from), line.GetValue(to), open.Calendar);
            var what = new LogExport { Generations = line.GetValue(generations) ?? [], Clusters = line.GetValue(clusters) ?? [], From = first, To = end };

            if (line.GetValue(target) is { } file)
            {
                Write(open, what, FilePath.Absolute(file), line.GetValue(force), line.InvocationConfiguration.Output);
            }
            else
            {
                using var output = Terminal.IsThere ? throw new UsageException("The bytes of a log may harm a terminal.", "Send them elsewhere, e.g. to less(1), or name a file with -o.") : new StandardOutput();
                open.Export(what, output);
            }

            return ExitCode.Well;
        });
        return command;
    }

    private static void Write(AccountingStore store, LogExport what, string path, bool force, TextWriter output)
    {
        using var stop = new StopSignals();
        try
        {
            var size = what.Write(store, path, force, stop.Token);
            output.WriteLine($"{SafeText.Clean(path)}: {Figures.Whole(size)} bytes");
        }
        catch (OperationCanceledException)
        {
            throw new NfsToolsException($"{path}: the export was stopped before it was whole, and is not there.", "Run it again.");
        }
    }
}
