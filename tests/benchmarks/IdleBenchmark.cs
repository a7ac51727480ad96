using System.Diagnostics;

namespace NfsTools.Benchmarks;

/// <summary>
/// What it costs to watch a large tree in which nothing happens, beside fswatch's poll_monitor, which looks at every file in
/// every cycle. A FUSE mount of the tree (bindfs) is a shared file system to nfstools, which then polls as on NFS; on the
/// local file system it does not poll at all.
/// </summary>
internal static class IdleBenchmark
{
    private const int FswatchCycles = 6;
    private const int PollSeconds = 5;

    // Long enough for a look at every file to end before the next one is due, so that a cycle is an interval.
    private const int UncappedPollSeconds = 20;
    private const string DefaultCap = "at most 500 requests a second";
    private const string NoCap = "every file in each look";
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Files that stand still are looked at least often after six minutes, once in six intervals: a span holds a whole round.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(7);
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(6 * UncappedPollSeconds);

    public static void Run(string nfstools, string directory, int files, int directories)
    {
        if (!Nfstools.Has("fswatch"))
        {
            Console.WriteLine("idle tree: not measured, because fswatch is not on PATH.");
            return;
        }

        Console.WriteLine($"idle tree of {files} files in {directories} directories");
        var tree = Make(Path.Combine(directory, "tree"), files, directories);
        Local(nfstools, tree);
        var mount = Directory.CreateDirectory(Path.Combine(directory, "mount")).FullName;
        if (!Nfstools.Has("bindfs") || !Mount(tree, mount))
        {
            Console.WriteLine("  on a shared file system: not measured, because bindfs is not on PATH or may not mount here.");
            return;
        }

        try
        {
            Shared(nfstools, mount);
        }
        finally
        {
            Measured.Run("umount", mount);
        }
    }

    private static void Local(string nfstools, string tree)
    {
        var theirs = Fswatch(tree);
        using var watch = new Watch(nfstools, "watch", "--recurse", tree);
        Thread.Sleep(TimeSpan.FromSeconds(20));
        Report("on a local file system, without polling", Spend(watch, TimeSpan.FromSeconds(PollSeconds), TimeSpan.FromSeconds(30)), theirs);
    }

    private static void Shared(string nfstools, string mount)
    {
        var theirs = Fswatch(mount);
        using var capped = new Watch(nfstools, "watch", "--recurse", "--poll", $"{PollSeconds}", mount);
        Report($"on FUSE, {DefaultCap}, the first two minutes", Spend(capped, TimeSpan.FromSeconds(PollSeconds), Span), theirs);
        using var uncapped = new Watch(nfstools, "watch", "--recurse", "--poll", $"{UncappedPollSeconds}", "--requests-per-second", "100000", mount);
        Thread.Sleep(TimeSpan.FromSeconds(2 * UncappedPollSeconds));
        Report($"on FUSE, {NoCap}", Spend(uncapped, TimeSpan.FromSeconds(UncappedPollSeconds), TimeSpan.FromSeconds(2 * UncappedPollSeconds)), theirs);
        Thread.Sleep(Settled);
        Report($"on FUSE, {NoCap}, files that stood still for seven minutes", Spend(uncapped, TimeSpan.FromSeconds(UncappedPollSeconds), Span), theirs);
        Report($"on FUSE, {DefaultCap}, after ten minutes", Spend(capped, TimeSpan.FromSeconds(PollSeconds), Span), theirs);
    }

    private static Cost Fswatch(string tree)
    {
        using var watch = new Watch("fswatch", "--monitor", "poll_monitor", "--recursive", "--latency", $"{PollSeconds}", tree);
        AwaitPause(watch);
        var (started, before) = (Stopwatch.GetTimestamp(), watch.Figures);
        for (var cycle = 0; cycle < FswatchCycles; cycle++)
        {
            AwaitPause(watch);
        }

        var after = watch.Figures;
        var cost = new Cost((after.Cpu - before.Cpu) / FswatchCycles, (after.Cpu - before.Cpu) / Stopwatch.GetElapsedTime(started), after);
        Console.WriteLine($"  fswatch poll_monitor {(tree.EndsWith("mount", StringComparison.Ordinal) ? "on FUSE" : "on a local file system")}: {Describe(cost)}");
        return cost;
    }

    // The end of a cycle: it worked, and now it pauses.
    private static void AwaitPause(Watch watch)
    {
        var last = watch.Figures.Cpu;
        var (worked, workedAt) = (false, Stopwatch.GetTimestamp());
        while (!worked || Stopwatch.GetElapsedTime(workedAt) < Pause)
        {
            Thread.Sleep(Sample);
            if (watch.Figures.Cpu is var now && now != last)
            {
                (last, worked, workedAt) = (now, true, Stopwatch.GetTimestamp());
            }
        }
    }

    private static Cost Spend(Watch watch, TimeSpan interval, TimeSpan span)
    {
        var (started, before) = (Stopwatch.GetTimestamp(), watch.Figures);
        Thread.Sleep(span);
        var after = watch.Figures;
        var share = (after.Cpu - before.Cpu) / Stopwatch.GetElapsedTime(started);
        return new Cost(share * interval, share, after);
    }

    private static void Report(string what, Cost ours, Cost theirs)
    {
        Console.WriteLine($"  nfstools watch {what}: {Describe(ours)}");
        Console.WriteLine(
            $"    beside fswatch: CPU a cycle {ours.CpuOfCycle / theirs.CpuOfCycle:F3}, CPU of the same time {ours.Share / theirs.Share:F3}, "
            + $"peak memory {(double)ours.Figures.PeakKb / theirs.Figures.PeakKb:F1}, memory {(double)ours.Figures.ResidentKb / theirs.Figures.ResidentKb:F1}");
    }

    private static string Describe(Cost cost) =>
        $"{cost.CpuOfCycle.TotalMilliseconds:F0} ms CPU a cycle, {cost.Share * 100:F1} % of a processor; peak {cost.Figures.PeakKb / 1024.0:F0} MB, now {cost.Figures.ResidentKb / 1024.0:F0} MB";

    private static string Make(string tree, int files, int directories)
    {
        for (var i = 0; i < files; i++)
        {
            if (i < directories)
            {
                Directory.CreateDirectory(Path.Combine(tree, $"directory-{i:D4}"));
            }

            File.WriteAllText(Path.Combine(tree, $"directory-{i % directories:D4}", $"result-{i / directories:D4}.dat"), "x\n");
        }

        return tree;
    }

    private static bool Mount(string tree, string mount)
    {
        try
        {
            Measured.Run("bindfs", tree, mount);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>What watching costs.</summary>
    /// <param name="CpuOfCycle">Processor time from the begin of one poll to the next.</param>
    /// <param name="Share">Of one processor.</param>
    /// <param name="Figures">At the end.</param>
    private sealed record Cost(TimeSpan CpuOfCycle, double Share, ProcessFigures Figures);
}
