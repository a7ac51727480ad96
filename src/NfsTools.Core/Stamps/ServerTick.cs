using NfsTools.Interop;

namespace NfsTools.Stamps;

/// <summary>
/// The tick of a file server's time stamps. Two changes within a tick look like one, and what is read within it may be cached
/// for good under a stamp that does not move: so what has just changed is looked at once the tick is over.
/// </summary>
internal static class ServerTick
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private static readonly TimeSpan Fine = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Coarse = TimeSpan.FromMilliseconds(1100);

    /// <summary>How long to wait until the tick is over; servers that give whole seconds tick in seconds.</summary>
    public static TimeSpan Of(IEnumerable<FileStatus?> seen) => seen.All(s => s is null || s.Value.ModifyTime % NanosecondsPerSecond == 0) ? Coarse : Fine;
}
