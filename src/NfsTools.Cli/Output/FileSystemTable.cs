using NfsTools.FileSystems;
using NfsTools.Stamps;

namespace NfsTools.Cli.Output;

/// <summary>File systems in text: a table, and below it the reasons, each once with what it is the reason for.</summary>
internal static class FileSystemTable
{
    private const int SecondsDecimals = 6;
    private const int MillisecondsDecimals = 3;

    public static void Write(TextWriter output, IReadOnlyList<SharedFileSystem> places)
    {
        var table = new TextTable(
            output, TextColumn.Path("PATH"), TextColumn.Path("MOUNT"), TextColumn.Whole("TYPE"), new("SERVER:EXPORT"), TextColumn.Whole("VERSION"), TextColumn.Number("ATTR_S"),
            TextColumn.Number("LIST_S"), TextColumn.Number("MISS_S"), TextColumn.Whole("ANSWERS"), TextColumn.Whole("INOTIFY"), TextColumn.Whole("STRATEGY"));
        foreach (var place in places)
        {
            table.Add(
                place.Path, place.Mount.MountPoint, place.Type, Server(place), place.Version.Length > 0 ? place.Version : "-", Seconds(place.WorstAttribute),
                Seconds(place.WorstListing), Seconds(place.WorstMissing), place.Responds ? "yes" : "NO", place.EventsComplete ? "complete" : "incomplete", Strategy(place));
        }

        table.End();
        WriteReasons(output, places.Select(p => (p.Path, p.Reason)));
    }

    public static void Write(TextWriter output, IReadOnlyList<FileSystemMeasurement> measurements)
    {
        var table = new TextTable(
            output, TextColumn.Path("PATH"), TextColumn.Number("OFFSET_S"), TextColumn.Number("ERROR_S"), TextColumn.Number("TICK_S"), TextColumn.Number("ROUND_TRIP_MS"), TextColumn.Whole("LOCKS"));
        foreach (var m in measurements)
        {
            table.Add(
                m.Path, Figures.Decimals(Math.Round(m.ClockOffset.TotalSeconds, SecondsDecimals) + 0.0, SecondsDecimals), Figures.Decimals(m.ClockError.TotalSeconds, SecondsDecimals),
                Figures.Decimals(m.TimeGranularity.TotalSeconds, SecondsDecimals), Figures.Decimals(m.RoundTrip.TotalMilliseconds, MillisecondsDecimals),
                m.LocksReachOtherHosts ? "shared" : "not shared");
        }

        table.End();
        WriteReasons(output, measurements.Select(m => (m.Path, m.LockReason)));
    }

    private static void WriteReasons(TextWriter output, IEnumerable<(string Path, string Reason)> reasons)
    {
        foreach (var same in reasons.GroupBy(r => r.Reason, r => r.Path))
        {
            output.WriteLine();
            output.WriteLine($"{string.Join(' ', same.Distinct().Select(SafeText.ShellWord))}:");
            output.WriteLine($"  {SafeText.Clean(same.Key)}");
        }
    }

    private static string Server(SharedFileSystem place) => place switch
    {
        { Family: FileSystemFamily.Local } => "-",
        { Server: "" } => place.Export,
        _ => $"{place.Server}:{place.Export}",
    };

    private static string Seconds(TimeSpan? time) => time is { } known ? Figures.Whole((long)known.TotalSeconds) : "?";

    private static string Strategy(SharedFileSystem place) => place.Strategy switch
    {
        WatchStrategy.Events => "events",
        WatchStrategy.EventsAndPolling => "events+looks",
        _ => "looks",
    };
}
