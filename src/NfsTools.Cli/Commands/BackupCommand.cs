using System.CommandLine;
using NfsTools.Accounting.Store;
using NfsTools.Cli.Collecting;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools backup</c>: copies an SQLite store, also while a collector writes to it.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var store = CommonOptions.NotEmpty(new Option<string>("--store") { Description = "The SQLite file that \"nfstools collect\" writes. A PostgreSQL database is copied by pg_dump.", HelpName = "STORE", Required = true });
        var target = CommonOptions.NotEmpty(new Option<string>("--to")
        {
            Description = "The copy: one file, for its owner alone, that needs none beside it. It appears whole or not at all, and may be on a network file system.",
            HelpName = "FILE",
            Required = true,
        });
        var force = new Option<bool>("--force") { Description = StoreBackup.ForceHelp };
        var command = new Command("backup", "Copy an SQLite store as it is now, also while a collector writes to it. \"nfstools verify\" checks the copy like any store, and \"nfstools collect\" goes on with it.")
        {
            store, target, force,
        };
        command.SetAction(line =>
        {
            using var stop = new StopSignals();
            StoreBackup.RequireFile(line.GetRequiredValue(target));
            var path = FilePath.Absolute(line.GetRequiredValue(target));
            try
            {
                var size = StoreBackup.Write(StoreAddress.Parse(line.GetRequiredValue(store)), path, line.GetValue(force), stop.Token);
                line.InvocationConfiguration.Output.WriteLine($"{SafeText.Clean(path)}: {Figures.Whole(size)} bytes");
                return ExitCode.Well;
            }
            catch (OperationCanceledException)
            {
                throw new NfsToolsException($"{path}: the copy was stopped before it was whole, and is not there.", "Run it again.");
            }
        });
        return command;
    }
}
