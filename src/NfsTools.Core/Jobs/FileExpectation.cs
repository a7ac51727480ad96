using System.Globalization;
using NfsTools.Stamps;

namespace NfsTools.Jobs;

/// <summary>What a file is expected to be. Where nothing more is said, it is expected to be there.</summary>
public sealed record FileExpectation
{
    /// <summary>The file; a symbolic link stands for its target.</summary>
    public required string Path { get; init; }

    /// <summary>The stamp it is to have, or that nothing is there; null for any.</summary>
    public FileStamp? Stamp { get; init; }

    /// <summary>The mtime it is to have, on the file server's clock; null for any.</summary>
    public DateTimeOffset? ModifyTime { get; init; }

    /// <summary>The time that its mtime is to be later than; null for any.</summary>
    public DateTimeOffset? NewerThan { get; init; }

    /// <summary>The time that its mtime is to be earlier than; null for any.</summary>
    public DateTimeOffset? OlderThan { get; init; }

    /// <summary>
    /// How far its mtime may be off, either way. Where it is more than zero, of <see cref="Stamp"/> only the size and the mtime
    /// count: a copy with its times kept has another inode and ctime.
    /// </summary>
    public TimeSpan Tolerance { get; init; }

    /// <summary>What is expected, in words.</summary>
    public string Description => string.Join("; ", new[]
    {
        Stamp switch
        {
            null => null,
            { Exists: false } => "nothing there",
            var s => Invariant($"{s.Size} bytes, written {Time(s.ModifyTime!.Value)}"),
        },
        ModifyTime is { } at ? $"written {Time(at)}" : null,
        NewerThan is { } after ? $"written after {Time(after)}" : null,
        OlderThan is { } before ? $"written before {Time(before)}" : null,
        Tolerance > TimeSpan.Zero ? Invariant($"within {Tolerance.TotalSeconds} s") : null,
    }.OfType<string>().DefaultIfEmpty("something there"));

    /// <summary>What is expected, in words.</summary>
    public override string ToString() => Description;

    /// <summary>What a stamp says of it: the verdict and the reason in words.</summary>
    internal (StampVerdict Verdict, string Reason) Judge(FileStamp found)
    {
        if (Stamp is { Exists: false })
        {
            return found.Exists ? (StampVerdict.Different, "something is there") : (StampVerdict.Holds, "nothing is there, as expected");
        }

        if (found.ModifyTime is not { } written)
        {
            return (StampVerdict.Missing, "nothing is there");
        }

        if (found.Status is { IsPassing: true } passing && this is not { Stamp: null, ModifyTime: null, NewerThan: null, OlderThan: null })
        {
            return (StampVerdict.Different, $"it is {passing.Kind}: its times and size say nothing of what goes through it");
        }

        var isDirectory = found.Status is { IsDirectory: true };
        var expected = isDirectory ? ModifyTime : Stamp?.ModifyTime ?? ModifyTime;
        if (expected is { } at && Off(found, at) is var off && (off > Tolerance || off < -Tolerance))
        {
            return (off < TimeSpan.Zero ? StampVerdict.Older : StampVerdict.Newer, Invariant($"it was written {Time(written)}, {Span(off)} than expected{SizeToo(found)}"));
        }

        if (isDirectory && Stamp is { } directory && ProblemOfDirectory(directory, found) is { } problem)
        {
            return (StampVerdict.Different, problem);
        }

        if (!isDirectory && Stamp is { } stamp && !(Tolerance > TimeSpan.Zero ? stamp.Size == found.Size : stamp.Same(found)))
        {
            return (StampVerdict.Different, "its mtime is the expected one, but " + Difference(stamp, found));
        }

        // A directory is as new as what is in it.
        written = found.Tree is { } tree && tree.Newest > found.ModifyTimeNs ? DateTimeOffset.UnixEpoch.AddTicks(tree.Newest / TimeSpan.NanosecondsPerTick) : written;

        if (NewerThan is { } after && written <= after - Tolerance)
        {
            return (StampVerdict.Older, $"it was written {Time(written)}, not after {Time(after)}");
        }

        if (OlderThan is { } before && written >= before + Tolerance)
        {
            return (StampVerdict.Newer, $"it was written {Time(written)}, not before {Time(before)}");
        }

        return (StampVerdict.Holds, this is { Stamp: null, ModifyTime: null, NewerThan: null, OlderThan: null } ? "it is there" : "it is as expected");
    }

    internal static string Difference(FileStamp expected, FileStamp found) => string.Join(" and ", new[]
    {
        expected.Size != found.Size && found.Status is not { IsDirectory: true } ? Invariant($"its size is {found.Size}, not {expected.Size}") : null,
        expected.ModifyTimeNs != found.ModifyTimeNs && found.Status is not { IsDirectory: true } ? Invariant($"its mtime is {found.ModifyTimeNs} ns, not {expected.ModifyTimeNs}") : null,
        expected.Inode != found.Inode ? Invariant($"it is another file (inode {found.Inode}, not {expected.Inode})") : null,
        expected.Status?.Mode != found.Status?.Mode ? "its type or mode is another" : null,
    }.OfType<string>().DefaultIfEmpty(
        $"its ctime is {found.ChangeTimeNs} ns, not {expected.ChangeTimeNs}" + (expected.Status?.Links != found.Status?.Links ? ", as another name (hard link) for it leaves it, or a change with the mtime set back" : "")));

    // Why a directory is not what a stamp says; null where it is.
    private string? ProblemOfDirectory(FileStamp expected, FileStamp found) => (expected, found) switch
    {
        ({ Status.IsDirectory: not true }, _) => "it is a directory",
        _ when Tolerance > TimeSpan.Zero => "it is a directory, which cannot be compared with a tolerance: name the files in it",
        ({ Tree: null }, _) => "its stamp does not say what was in the directory: take it anew, or name the files in it",
        ({ Tree: { } then }, { Tree: { } now }) when then.Difference(Path, now, []) is { } difference => difference,
        var (then, now) => then.Same(now) ? null : Difference(then, now),
    };

    private TimeSpan Off(FileStamp found, DateTimeOffset expected) => Stamp?.ModifyTimeNs is { } exact
        ? (found.ModifyTimeNs!.Value - exact) switch
        {
            // A difference below 100 ns is one all the same.
            > 0 and < 100 => TimeSpan.FromTicks(1),
            < 0 and > -100 => TimeSpan.FromTicks(-1),
            var nanoseconds => TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick),
        }
        : found.ModifyTime!.Value - expected;

    private string SizeToo(FileStamp found) => Stamp is { } stamp && stamp.Size != found.Size ? Invariant($", with {found.Size} bytes instead of {stamp.Size}") : "";

    private static string Span(TimeSpan off) => Invariant($"{Math.Abs(off.TotalSeconds):0.#######} s {(off < TimeSpan.Zero ? "earlier" : "later")}");

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
