namespace NfsTools.Cli.Collecting;

/// <summary>How much an event of the log asks of who reads it; in the order of <see cref="NfsTools.Accounting.Collecting.CollectorConfiguration.LogLevels"/>.</summary>
internal enum LogLevel
{
    /// <summary>All is well.</summary>
    Info,

    /// <summary>Something was kept for later: a reject, a log that is not there.</summary>
    Warning,

    /// <summary>Something that was asked for is not done.</summary>
    Error,
}
