using NfsTools.Accounting.Formats.GridEngine;
using NfsTools.Accounting.Formats.HTCondor;
using NfsTools.Accounting.Formats.Lsf;
using NfsTools.Accounting.Formats.Pbs;
using NfsTools.Accounting.Formats.Slurm;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats;

/// <summary>The accounting formats there are, by name.</summary>
public static class RecordFormats
{
    /// <summary>The names <c>--format</c> takes, the default first.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(f => f.Name)];

    /// <summary>The formats themselves, the default first.</summary>
    internal static IReadOnlyList<IAccountingFormat> All { get; set; } =
        [new LsfFormat(), new PbsFormat(), new SlurmFormat(), new SlurmJobcompFormat(), new SlurmDocumentFormat(), new GridEngineFormat(), new HTCondorFormat()];

    /// <summary>The format that is meant where none is named.</summary>
    public static string Default => Names[0];

    /// <summary>What is said of a log besides its format.</summary>
    /// <param name="format">The log's format.</param>
    /// <param name="timeZone">The time zone of its local times, e.g. <c>Europe/Zurich</c>; null for none.</param>
    /// <exception cref="NfsToolsException">There is no such zone here, the format has no local times, or it has and none is named.</exception>
    internal static LogSettings Settings(IAccountingFormat format, string? timeZone) => (format.LocalTimes, timeZone) switch
    {
        (LocalTimes.All, null) => throw new NfsToolsException(
            $"Times in logs of the format {format.Name} are local ones, and no time zone is named for them.",
            "Name the one that they were written in, e.g. Europe/Zurich: with --log-timezone, -LogTimeZone, or \"timezone\" of the source in a configuration."),
        (LocalTimes.None, not null) => throw new NfsToolsException(
            $"Logs of the format {format.Name} have no local times: the time zone {timeZone} does nothing with them.", "Leave it out."),
        (_, null) => default,
        _ => new LogSettings(DayCalendar.Of(timeZone).TimeZone),
    };

    /// <summary>The formats that a name stands for, of which a log's content tells one; its own one first. All of them for no name.</summary>
    /// <exception cref="NfsToolsException">There is no such format.</exception>
    internal static IReadOnlyList<IAccountingFormat> MeantBy(string? name) =>
        name is null ? All : [Get(name), .. All.Where(f => f.AlsoMeantBy.Contains(name, StringComparer.OrdinalIgnoreCase))];

    /// <exception cref="NfsToolsException">There is no such format.</exception>
    internal static IAccountingFormat Get(string name) =>
        All.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new NfsToolsException($"There is no accounting format \"{name}\".", $"Name one of: {string.Join(", ", Names)}.");
}
