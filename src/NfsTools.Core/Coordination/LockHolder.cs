using System.Diagnostics;
using System.Globalization;
using NfsTools.Interop;

namespace NfsTools.Coordination;

/// <summary>Who took a lock, as written in its file. Clocks are those of the holder's host: for people, not for decisions.</summary>
public sealed record LockHolder
{
    /// <summary>The first line of every lock file: whether the lock is held the file cannot say, because its holder may have been killed.</summary>
    internal const string FirstLine = "Lock of NfsTools, taken last as told below; whether it is held, nfstools lock --status tells.";

    // Farther ahead of the milliseconds since 1970 no count of takings gets, and no clock is as wrong.
    private const long MostAhead = 1_000_000_000_000_000;
    private const string TimeShape = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>The user.</summary>
    public required string User { get; init; }

    /// <summary>The host.</summary>
    public required string Host { get; init; }

    /// <summary>The process, by its number on that host.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When that process was started.</summary>
    public required DateTimeOffset ProcessStart { get; init; }

    /// <summary>
    /// Counts how often the lock was taken, from 1: of two holders the later one has the higher epoch, so that what is written
    /// under a lower one can be told and refused. After a lock file that was damaged, or whose epoch no count can have reached,
    /// it goes on at the milliseconds since 1970, above every one that was counted.
    /// </summary>
    public required long Epoch { get; init; }

    /// <summary>When it took the lock.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>What for, e.g. a command; empty where that was not said.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>All of it in one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{User} on {Host}, process {ProcessId}, since {Since.UtcDateTime.ToString(TimeShape, CultureInfo.InvariantCulture)}, epoch {Epoch}{(Purpose.Length > 0 ? $": {Purpose}" : "")}");

    /// <summary>A holder by name; one that has not said who it is as such.</summary>
    public static string Name(LockHolder? holder) => holder?.ToString() ?? "another program, which does not say who it is";

    /// <summary>This process, now.</summary>
    internal static LockHolder Here(long epoch, string purpose, TimeProvider clock)
    {
        using var process = Process.GetCurrentProcess();
        return new LockHolder
        {
            // A user without a name (getpwuid(3)) is told by number, as ls -l does.
            User = Clean(Environment.UserName is { Length: > 0 } name ? name : Libc.EffectiveUser().ToString(CultureInfo.InvariantCulture)),
            Host = Clean(Environment.MachineName),
            ProcessId = Environment.ProcessId,
            ProcessStart = Seconds(process.StartTime),
            Epoch = epoch,
            Since = Seconds(clock.GetUtcNow()),
            Purpose = Clean(purpose),
        };
    }

    /// <summary>The text of a lock file.</summary>
    internal string ToText() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {FirstLine}
        epoch: {Epoch}
        user: {User}
        host: {Host}
        process: {ProcessId}
        started: {ProcessStart.UtcDateTime.ToString(TimeShape, CultureInfo.InvariantCulture)}
        since: {Since.UtcDateTime.ToString(TimeShape, CultureInfo.InvariantCulture)}
        purpose: {Purpose}


        """);

    /// <summary>Whether a text is that of a lock file, be it damaged: cut off by a full disk, or with NUL bytes after a server's crash.</summary>
    internal static bool IsMeant(string text) => text.StartsWith(FirstLine, StringComparison.Ordinal) || FirstLine.StartsWith(text.TrimEnd('\0'), StringComparison.Ordinal);

    /// <summary>The epoch of the holder after the one that a lock file tells of.</summary>
    internal static long NextEpoch(string text, TimeProvider clock)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return text.Length == 0 ? 1 : Parse(text) is { } last && last.Epoch < now + MostAhead ? last.Epoch + 1 : now;
    }

    /// <summary>Reads the text of a lock file, up to the first empty line; null where it is none, or damaged.</summary>
    internal static LockHolder? Parse(string text)
    {
        var lines = text.Split('\n');
        var end = Array.IndexOf(lines, "");
        if (lines[0] != FirstLine || end < 0)
        {
            return null;
        }

        // Whoever may write the file chooses what stands there: nothing of it reaches a terminal as it is.
        var values = lines[1..end].Select(line => line.Split(": ", 2)).Where(pair => pair.Length == 2).GroupBy(pair => pair[0], pair => Clean(pair[1])).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        return long.TryParse(values.GetValueOrDefault("epoch"), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            && int.TryParse(values.GetValueOrDefault("process"), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            && Time("started") is { } started && Time("since") is { } since
            ? new LockHolder
            {
                User = values.GetValueOrDefault("user", ""),
                Host = values.GetValueOrDefault("host", ""),
                ProcessId = process,
                ProcessStart = started,
                Epoch = epoch,
                Since = since,
                Purpose = values.GetValueOrDefault("purpose", ""),
            }
            : null;

        DateTimeOffset? Time(string name) =>
            DateTimeOffset.TryParseExact(values.GetValueOrDefault(name), TimeShape, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    private static DateTimeOffset Seconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    // Text in one line, without what a terminal would obey, and short: the file fits into one read. What a first cleaning has
    // made of it, a second one leaves.
    private static string Clean(string text)
    {
        const int Longest = 400;
        var clean = SafeText.Clean(text);
        return clean.Length <= Longest ? clean : clean[..(char.IsHighSurrogate(clean[Longest - 1]) ? Longest - 1 : Longest)];
    }
}
