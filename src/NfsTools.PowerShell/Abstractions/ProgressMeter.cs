using System.Diagnostics;
using System.Management.Automation;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>Shows progress a few times a second, however often it is told; nothing for work that is over at once.</summary>
internal sealed class ProgressMeter(NfsToolsCommand cmdlet, string activity)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private long last = Stopwatch.GetTimestamp();
    private bool shown;

    /// <summary>Shows how far the work is.</summary>
    /// <param name="done">What is done, e.g. in bytes.</param>
    /// <param name="total">What is to be done; 0 where it is not known.</param>
    /// <param name="status">The words for it, made only when they are shown.</param>
    public void Show(long done, long total, Func<string> status)
    {
        if (Stopwatch.GetElapsedTime(last) >= Pause)
        {
            Write(status(), total > 0 ? (int)Math.Min(100, 100 * done / total) : -1);
        }
    }

    /// <summary>Shows at once that there is nothing to do for now.</summary>
    public void Rest(string status) => Write(status, -1);

    /// <summary>Takes the progress from the screen.</summary>
    public void End()
    {
        if (shown)
        {
            shown = false;
            cmdlet.WriteProgress(new ProgressRecord(0, activity, "done") { RecordType = ProgressRecordType.Completed });
        }
    }

    private void Write(string status, int percent)
    {
        last = Stopwatch.GetTimestamp();
        shown = true;
        cmdlet.WriteProgress(new ProgressRecord(0, activity, status) { PercentComplete = percent });
    }
}
