namespace NfsTools.Benchmarks;

/// <summary>What a process has used so far (proc_pid_stat(5), proc_pid_status(5)).</summary>
/// <param name="Cpu">Processor time of its threads, in user and kernel mode; in steps of a hundredth of a second.</param>
/// <param name="PeakKb">The most resident memory it ever had.</param>
/// <param name="ResidentKb">Its resident memory now.</param>
internal sealed record ProcessFigures(TimeSpan Cpu, long PeakKb, long ResidentKb)
{
    // USER_HZ: 100 on every architecture that .NET runs on.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks at a process; null when it is gone.</summary>
    public static ProcessFigures? Of(int process)
    {
        try
        {
            // The second field is the program's name, in parentheses, and may hold blanks: utime and stime are the 14th and 15th.
            var stat = File.ReadAllText($"/proc/{process}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var status = File.ReadAllLines($"/proc/{process}/status");
            return new ProcessFigures((long.Parse(fields[11]) + long.Parse(fields[12])) * Tick, Kb(status, "VmHWM:"), Kb(status, "VmRSS:"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    // A process that has ended but was not waited for yet has no memory.
    private static long Kb(string[] status, string name) => Array.Find(status, l => l.StartsWith(name, StringComparison.Ordinal)) is { } line
        ? long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim())
        : 0;
}
