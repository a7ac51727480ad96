namespace NfsTools.Accounting.Model;

/// <summary>What is said of a log that stands in none of its bytes.</summary>
/// <param name="TimeZone">The time zone that local times in it are of, as IANA names it; null where none was named.</param>
internal readonly record struct LogSettings(string? TimeZone = null);
