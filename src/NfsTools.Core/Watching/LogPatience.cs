using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>
/// Tells how long what a log lacks is waited for: NUL bytes that its writer's host may fill in yet, and a length that it may reach again,
/// until they are damage and a truncation.
/// </summary>
/// <param name="most">How long it is waited at most.</param>
/// <param name="time">The clock.</param>
internal sealed class LogPatience(TimeSpan most, TimeProvider time)
{
    private readonly Dictionary<string, long> shorter = [];
    private readonly Dictionary<string, Hole> holes = [];

    /// <summary>What is waited for where a log has NUL bytes; null once they are damage.</summary>
    /// <remarks>Of a hole that is longer than what is read at once, the rest is waited for no more once its beginning was given up.</remarks>
    /// <param name="fingerprint">Which log it is.</param>
    /// <param name="offset">Where they begin.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="status">The file's status.</param>
    /// <param name="isLocal">Whether the file's time stamps are by this host's clock: then its age counts, too.</param>
    public string? OfNuls(string fingerprint, long offset, long length, FileStatus status, bool isLocal)
    {
        if (!holes.TryGetValue(fingerprint, out var seen) || (seen.Offset != offset && !(seen.IsDamage && seen.Offset < offset && offset <= seen.End)))
        {
            seen = new Hole(offset, offset, time.GetTimestamp(), IsDamage: false);
        }

        var isDamage = seen.IsDamage || IsOver(seen.Since, status, isLocal);
        holes[fingerprint] = seen with { Offset = offset, End = offset + length, IsDamage = isDamage };
        return isDamage ? null : $"NUL bytes at byte {offset}: not written back by the writer's host yet, or damage; waiting";
    }

    /// <summary>What is waited for where a live log is shorter than it was; null once it was truncated, since it stays so.</summary>
    /// <param name="file">The log.</param>
    /// <param name="longer">What it was.</param>
    /// <param name="isLocal">Whether the file's time stamps are by this host's clock: then its age counts, too.</param>
    public string? OfShorter(LogMember file, LogGeneration longer, bool isLocal)
    {
        shorter.TryAdd(file.Path, time.GetTimestamp());
        return IsOver(shorter[file.Path], file.Status, isLocal)
            ? null
            : $"it has {file.Size} bytes, and {(longer.Position > file.Size ? $"{longer.Position} were read" : $"{longer.Sight.Size} were seen")} of it before: not written back by the writer's host yet, or truncated; waiting";
    }

    /// <summary>What is waited for where a log cannot be read.</summary>
    /// <param name="cause">Why it cannot.</param>
    public static string OfFailure(Exception cause) => $"it cannot be read: {cause.Message}; trying again";

    private bool IsOver(long since, FileStatus status, bool isLocal) => time.GetElapsedTime(since) >= most || (isLocal && Age(status) >= most);

    private TimeSpan Age(FileStatus status) =>
        time.GetUtcNow() - DateTimeOffset.UnixEpoch.AddTicks(Math.Max(status.ModifyTime, status.ChangeTime) / TimeSpan.NanosecondsPerTick);

    /// <summary>NUL bytes: where, since when they were seen, and whether they were given up.</summary>
    private readonly record struct Hole(long Offset, long End, long Since, bool IsDamage);
}
