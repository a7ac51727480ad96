using System.Management.Automation;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>Shows progress a few times a second, however often it is told; nothing for work that is over at once.</summary>
internal sealed class ProgressMeter(NfsToolsCommand cmdlet, string activity)
{
    private const int PauseMilliseconds = 250;
    private long last = Environment.TickCount64;
    private bool shown;

    /// <summary>Whether it is time to show something: what is told before is not shown. It costs less than to tell it.</summary>
    public bool IsDue => Environment.TickCount64 - last >= PauseMilliseconds;

    /// <summary>Shows how far the work is.</summary>
    /// <param name="done">What is done, e.g. in bytes.</param>
    /// <param name="total">What is to be done; 0 where it is not known.</param>
    /// <param name="status">The words for it, made only when they are shown.</param>
    public void Show(long done, long total, Func<string> status)
    {
        if (IsDue)
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
        last = Environment.TickCount64;
        shown = true;
        cmdlet.WriteProgress(new ProgressRecord(0, activity, status) { PercentComplete = percent });
    }
}
