using System.CommandLine;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Store;
using NfsTools.Cli.Collecting;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools rebuild</c>: derives a store's rows again from the bytes that it keeps.</summary>
internal static class RebuildCommand
{
    public static Command Create()
    {
        var store = new StoreOptions();
        var command = new Command(
            "rebuild",
            "Derive all rows of a store again from the bytes of the logs that it keeps, in place: after a change by hand, to read with this version what an older one could not, to have the tables of this version in a store that an older one wrote, or for days of another time zone. "
            + "The logs are not needed, and no collector may be at work. The store can be read meanwhile; until the new rows are whole they stand beside it (STORE.rebuild, in PostgreSQL the schema NAME_rebuild), "
            + "and a rebuild that was ended goes on where it was.");
        var timeZone = CommonOptions.TimeZone(StoreRebuild.TimeZoneHelp);
        store.AddTo(command);
        command.Add(timeZone);
        command.SetAction(line =>
        {
            var zone = line.GetValue(timeZone) is { } name ? UsageException.Check(() => DayCalendar.Of(name)).TimeZone : null;
            using var stop = new StopSignals();
            try
            {
                var bytes = StoreRebuild.Run(store.AddressToWrite(line), zone, cancellation: stop.Token);
                line.InvocationConfiguration.Output.WriteLine($"{SafeText.Clean(store.Named(line))}: derived from {Figures.Whole(bytes)} bytes");
                return ExitCode.Well;
            }
            catch (OperationCanceledException)
            {
                throw new NfsToolsException($"{store.Named(line)}: the rebuild was stopped before it was whole; the rows are what they were.", "Run it again: it goes on where it was.");
            }
        });
        return command;
    }
}
