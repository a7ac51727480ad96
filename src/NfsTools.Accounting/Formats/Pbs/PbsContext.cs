using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Pbs;

/// <summary>What it takes to read a record's stamp.</summary>
internal sealed class PbsContext(LogSettings settings) : LogContext(default, settings)
{
    /// <summary>The zone of the stamps; null where none was named.</summary>
    public LocalTime? Zone { get; } = settings.TimeZone is { } zone ? LocalTime.Of(zone) : null;
}
