using System.Collections.Concurrent;
using NfsTools.FileSystems;
using NfsTools.Stamps;

namespace NfsTools.Jobs.Flows;

/// <summary>Tells which jobs of a flow are out of date: what their files are, beside what their last runs recorded. Thread safe.</summary>
internal sealed class FlowPlanner(JobFlow flow, FreshStamps stamps)
{
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(1);

    // What the files were when the run began, and from then on what its jobs recorded.
    private readonly ConcurrentDictionary<string, FileStamp> files = new(StringComparer.Ordinal);

    /// <summary>Takes the stamps of all files of the flow.</summary>
    /// <exception cref="NfsToolsException">A file system does not answer.</exception>
    public void Look(CancellationToken cancellation)
    {
        var paths = flow.Jobs.SelectMany(j => j.Inputs.Concat(j.Outputs)).Distinct().ToList();
        foreach (var stamp in JobFlow.Guard(() => stamps.Take(paths, LongestLook, cancellation)))
        {
            Note(stamp);
        }
    }

    /// <summary>A file's stamp, as it was seen or recorded last.</summary>
    public FileStamp StampOf(string path) => files[flow.RealOf(path)] with { Path = path };

    /// <summary>Takes a file's stamp anew.</summary>
    /// <exception cref="NfsToolsException">Its file system does not answer.</exception>
    public FileStamp Now(string path, CancellationToken cancellation) => JobFlow.Guard(() => stamps.Take([path], LongestLook, cancellation))[0];

    /// <summary>Notes the stamp that a job recorded.</summary>
    public void Note(FileStamp stamp) => files[flow.RealOf(stamp.Path)] = stamp;

    /// <summary>Tells of each job, in the flow's order, whether it is due, and why.</summary>
    /// <param name="state">What is known of the earlier runs; null where there was none.</param>
    public List<(FlowJob Job, FlowJobResult Result)> Plan(FlowState? state)
    {
        var rows = state?.Read() ?? [];
        var ran = flow.Jobs.Where(job => rows.TryGetValue(job.Name, out var row) && row.Status == FlowJobStatus.Succeeded).ToList();
        var recorded = ran.Zip(InFlight.Select(ran, job => Recorded(job, rows[job.Name].Attempt, state!))).ToDictionary(r => r.First, r => r.Second);
        var plan = new List<(FlowJob Job, FlowJobResult Result)>();
        var due = new HashSet<FlowJob>();
        foreach (var job in flow.Order)
        {
            var row = rows.GetValueOrDefault(job.Name);
            var reason = row is null ? "it was never run"
                : recorded.GetValueOrDefault(job)?.Problem is { Length: > 0 } problem ? problem
                : flow.NeedsOf(job).FirstOrDefault(due.Contains) is { } need ? $"{need.Name} is to be run before" : OutOfDate(job, row, recorded.GetValueOrDefault(job));
            if (reason is not null)
            {
                due.Add(job);
            }

            plan.Add((job, new FlowJobResult(job.Name, job.Host?.Name ?? "", reason is null ? FlowJobStatus.UpToDate : FlowJobStatus.Due, reason ?? "its files are as its last run left them")
            {
                Log = row is null ? null : state!.Log(job, row.Attempt),
            }));
        }

        return plan;
    }

    private RecordedStamps Recorded(FlowJob job, int attempt, FlowState state)
    {
        try
        {
            return new(FlowState.Stamps(state.InputManifest(job, attempt), stamps), FlowState.Stamps(state.OutputManifest(job, attempt), stamps), "");
        }
        catch (NfsToolsException e)
        {
            // A job whose records are damaged is run again; the others' are good.
            return new(null, null, e.Message);
        }
    }

    // Why a job that has run is to be run again; null where it need not.
    private string? OutOfDate(FlowJob job, FlowState.Row row, RecordedStamps? recorded)
    {
        if (row.Status != FlowJobStatus.Succeeded)
        {
            return row.Status == FlowJobStatus.Running ? "its last run was broken off, or goes on" : $"its last run failed: {row.Reason}";
        }

        if (row.Definition != job.Definition)
        {
            return "its definition has changed";
        }

        return Changed(job.Outputs, recorded?.Outputs, "the output") ?? Changed(job.Inputs.Except(job.Outputs), recorded?.Inputs, "the input");
    }

    private string? Changed(IEnumerable<string> paths, ExpectedStamps? recorded, string what)
    {
        foreach (var path in paths)
        {
            var (verdict, reason) = recorded?.Of(path) is { } stamp ? new FileExpectation { Path = path, Stamp = stamp }.Judge(StampOf(path)) : (StampVerdict.Missing, "its stamp is not recorded");
            if (verdict != StampVerdict.Holds)
            {
                return $"{what} {path} is not as its last run left it: {reason}";
            }
        }

        return null;
    }

    /// <summary>The stamps that a job's last run was given and left; null where there are none.</summary>
    private sealed record RecordedStamps(ExpectedStamps? Inputs, ExpectedStamps? Outputs, string Problem);
}
