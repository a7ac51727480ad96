using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using NfsTools.Accounting.Collecting;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>Shows what a collector does. The collector tells of it on the thread that runs it, which is the pipeline's.</summary>
internal sealed class CollectorReporter(NfsToolsCommand cmdlet, bool once) : IProgress<CollectorEvent>
{
    // A log full of damage must not scroll away what else there is to see.
    private const int MostWarnings = 10;
    private readonly ProgressMeter meter = new(cmdlet, "Collecting accounting records");
    private readonly ConcurrentQueue<string> warnings = [];
    private readonly long started = Stopwatch.GetTimestamp();
    private (long Found, long Read, long Records, long Rejects) total;
    private int warned;

    /// <inheritdoc/>
    public void Report(CollectorEvent value)
    {
        TellWarnings();
        switch (value.Kind)
        {
            case CollectorEventKind.Found:
                // An unfinished last line was found before, and is found again.
                total.Found = total.Read + value.Bytes;
                warned = 0;
                cmdlet.WriteVerbose($"{value.Path}: {value.Bytes:N0} bytes to read, format {value.Source!.FormatNote}");
                break;
            case CollectorEventKind.Committed:
                Committed(value);
                break;
            case CollectorEventKind.Rejected:
                Rejected(value.Message);
                break;
            case CollectorEventKind.Waiting or CollectorEventKind.Missing or CollectorEventKind.Unread or CollectorEventKind.Standby or CollectorEventKind.Active:
                cmdlet.WriteWarning($"{value.Path}: {value.Message}");
                break;
        }
    }

    /// <summary>Warns at the next event; may be called on any thread.</summary>
    public void WarnLater(string message) => warnings.Enqueue(message);

    /// <summary>Takes the progress from the screen.</summary>
    public void End()
    {
        TellWarnings();
        meter.End();
    }

    /// <summary>Shows that a collector that follows its logs has read all there is.</summary>
    public void Rest() => meter.Rest($"waiting for more since {DateTimeOffset.UtcNow:u}: {total.Records:N0} new records, {total.Rejects:N0} rejects; Ctrl+C ends it");

    private void TellWarnings()
    {
        while (warnings.TryDequeue(out var message))
        {
            cmdlet.WriteWarning(message);
        }
    }

    private void Rejected(string message)
    {
        if (++warned <= MostWarnings)
        {
            cmdlet.WriteWarning(message);
            return;
        }

        cmdlet.WriteVerbose(message);
        if (warned == MostWarnings + 1)
        {
            cmdlet.WriteWarning("Further rejects are counted only; Get-AccountingCollector -Rejects lists them.");
        }
    }

    private void Committed(CollectorEvent value)
    {
        total = (total.Found, total.Read + value.Bytes, total.Records + value.Records, total.Rejects + value.Rejects);
        cmdlet.WriteVerbose($"{value.Path}: {value.Bytes:N0} bytes committed: {value.Records:N0} records, {value.Duplicates:N0} known already, {value.Rejects:N0} rejects");
        if (!once && total.Read >= total.Found)
        {
            Rest();
            return;
        }

        meter.Show(total.Read, total.Found, () =>
            $"{total.Read:N0} of {total.Found:N0} bytes, {total.Records:N0} records ({total.Records / Stopwatch.GetElapsedTime(started).TotalSeconds:N0}/s), {total.Rejects:N0} rejects");
    }
}
