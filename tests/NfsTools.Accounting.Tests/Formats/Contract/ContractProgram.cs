using System.Runtime.CompilerServices;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Store;

namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <summary>The tests' program, which is a collector where it is to be killed: the command knows no format of the tests' own.</summary>
internal static class ContractProgram
{
    private const string CollectWord = "collect";

    /// <summary>The words that start a collector, which writes a line for each batch that it commits.</summary>
    public static string[] Collect(string database, string format, string layout, string path, string? timeZone) =>
        ["dotnet", typeof(ContractProgram).Assembly.Location, CollectWord, database, format, layout, path, timeZone ?? ""];

    [ModuleInitializer]
    internal static void Begin() => RecordFormats.All = [.. RecordFormats.All, new ColumnsFormat()];

    private static int Main(string[] args) =>
        args is [CollectWord, var database, var format, var layout, var path, var timeZone] ? Collect(database, ContractBed.SourceOf(format, layout, path, timeZone.Length > 0 ? timeZone : null))
        : Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args).GetAwaiter().GetResult();

    private static int Collect(string database, Sources.CollectorSource source)
    {
        using var store = AccountingStore.OpenToCollect(StoreAddress.Parse(database));
        new Collector(store, new CollectorOptions { Sources = [source], PollInterval = TimeSpan.FromSeconds(1) }, new Lines()).Run(CancellationToken.None);
        return 0;
    }

    private sealed class Lines : IProgress<CollectorEvent>
    {
        public void Report(CollectorEvent value)
        {
            if (value.Kind == CollectorEventKind.Committed)
            {
                Console.WriteLine(value.Kind);
            }
        }
    }
}
