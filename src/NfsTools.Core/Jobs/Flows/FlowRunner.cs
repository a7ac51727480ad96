using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Jobs.Flows;

/// <summary>
/// Runs what is out of date of a flow, in the order that its files demand, in parallel. Each job's inputs are to have the
/// stamps that the jobs which made them recorded, on whatever host they ran. Whoever runs it may be killed at any time: the
/// next run goes on, and what was recorded is not run again.
/// </summary>
public sealed class FlowRunner
{
    /// <summary>The variable that marks a job's processes.</summary>
    internal const string MarkVariable = "NFSTOOLS_FLOW_JOB";

    private readonly JobFlow flow;
    private readonly FlowOptions options;
    private readonly TimeProvider time;
    private readonly FreshStamps stamps;
    private readonly FlowPlanner planner;

    /// <summary>Makes a runner.</summary>
    /// <exception cref="NfsToolsException">Something is wrong with the flow: see <see cref="JobFlow.Check"/>.</exception>
    public FlowRunner(JobFlow flow, FlowOptions options, TimeProvider? time = null)
    {
        (this.flow, this.options, this.time) = (flow, options, time ?? TimeProvider.System);
        stamps = new FreshStamps(this.time) { Trees = true };
        planner = new FlowPlanner(flow, stamps);
        if (flow.Check() is [var first, ..] problems)
        {
            throw new NfsToolsException(problems.Count == 1 ? first.Message : $"{first.Message} There are {problems.Count - 1} more problems.", first.Remedy);
        }
    }

    /// <summary>Tells what a run would do: jobs are <see cref="FlowJobStatus.Due"/> or <see cref="FlowJobStatus.UpToDate"/>, for a reason.</summary>
    /// <exception cref="NfsToolsException">The state cannot be read, or a file system does not answer.</exception>
    public IReadOnlyList<FlowJobResult> Plan(CancellationToken cancellation)
    {
        using var state = FlowState.OpenToRead(flow);
        planner.Look(cancellation);
        return [.. planner.Plan(state).Select(p => p.Result)];
    }

    /// <summary>Tells how each job stands: what a run would do, or that it runs now, or that its last run failed.</summary>
    /// <exception cref="NfsToolsException">The state cannot be read, or a file system does not answer.</exception>
    public IReadOnlyList<FlowJobResult> Status(CancellationToken cancellation)
    {
        using var state = FlowState.OpenToRead(flow);
        planner.Look(cancellation);
        var rows = state?.Read() ?? [];
        return [.. planner.Plan(state).Select(p => p.Result.Status == FlowJobStatus.Due && rows.TryGetValue(p.Job.Name, out var row) && row.Status != FlowJobStatus.Succeeded
            ? p.Result with { Status = row.Status, Code = row.Code, Elapsed = row.Elapsed }
            : p.Result)];
    }

    /// <summary>Runs it.</summary>
    /// <param name="cancellation">Ends it: what runs is sent SIGTERM, then SIGKILL.</param>
    /// <param name="progress">Is told of each job that need not run, is begun and has ended, by one thread at a time.</param>
    /// <exception cref="NfsToolsException">The state cannot be kept, the flow is being run elsewhere, or a file system does not answer.</exception>
    public IReadOnlyList<FlowJobResult> Run(CancellationToken cancellation, IProgress<FlowJobResult>? progress = null)
    {
        using var state = FlowState.OpenToRun(flow);
        Adopt(state, progress, cancellation);
        planner.Look(cancellation);
        var results = new Dictionary<FlowJob, FlowJobResult>();
        var waiting = new List<FlowJob>();
        foreach (var (job, result) in planner.Plan(state))
        {
            results[job] = result;
            if (result.Status == FlowJobStatus.Due)
            {
                waiting.Add(job);
            }
            else
            {
                progress?.Report(result);
            }
        }

        var open = waiting.ToDictionary(job => job, job => flow.NeedsOf(job).Count(need => results[need].Status == FlowJobStatus.Due));
        var needers = waiting.SelectMany(job => flow.NeedsOf(job), (job, need) => (job, need)).ToLookup(n => n.need, n => n.job);
        var ready = new Queue<FlowJob>(waiting.Where(job => open[job] == 0));
        using var ended = new BlockingCollection<(FlowJob Job, FlowJobResult Result)>();
        var (running, stopping) = (0, false);
        while (true)
        {
            for (; running < options.Jobs && !stopping && !cancellation.IsCancellationRequested && ready.TryDequeue(out var next); running++)
            {
                results[next] = results[next] with { Status = FlowJobStatus.Running };
                progress?.Report(results[next]);
                Abandonable.Start(() =>
                {
                    ended.Add((next, Run(next, state, cancellation)), CancellationToken.None);
                    return true;
                });
            }

            if (running == 0)
            {
                return [.. flow.Order.Select(job => results[job].Status == FlowJobStatus.Due
                    ? results[job] with { Status = FlowJobStatus.NotRun, Reason = cancellation.IsCancellationRequested ? "the flow was ended before" : Hindrance(job, results) }
                    : results[job])];
            }

            var (done, result) = ended.Take(CancellationToken.None);
            running--;
            results[done] = result;
            progress?.Report(result);
            stopping |= result.Status != FlowJobStatus.Succeeded && !options.KeepGoing;
            foreach (var needer in result.Status == FlowJobStatus.Succeeded ? needers[done] : [])
            {
                if (--open[needer] == 0)
                {
                    ready.Enqueue(needer);
                }
            }
        }
    }

    // Why a job is still due at the end.
    private string Hindrance(FlowJob job, Dictionary<FlowJob, FlowJobResult> results) =>
        flow.NeedsOf(job).FirstOrDefault(need => results[need].Status is not (FlowJobStatus.Succeeded or FlowJobStatus.UpToDate)) is { } need
            ? $"{need.Name}, which it needs, {(results[need].Status == FlowJobStatus.Failed ? "failed" : "was not run")}"
            : "another job failed";

    // What an earlier run left running when it was killed: its processes are waited for; what they recorded counts.
    private void Adopt(FlowState state, IProgress<FlowJobResult>? progress, CancellationToken cancellation)
    {
        var rows = state.Read();
        foreach (var job in flow.Jobs)
        {
            if (rows.TryGetValue(job.Name, out var row) && row.Status == FlowJobStatus.Running)
            {
                var mark = state.MarkOf(job, row.Attempt);
                if (MarkedProcesses.Any(MarkVariable, mark))
                {
                    progress?.Report(new FlowJobResult(job.Name, job.Host?.Name ?? "", FlowJobStatus.Running, "it goes on since whoever ran the flow was killed; waiting for its end"));
                    MarkedProcesses.AwaitEnd(MarkVariable, mark, cancellation);
                }

                var recorded = FlowState.Stamps(state.OutputManifest(job, row.Attempt), stamps) is not null;
                state.End(
                    job, row.Attempt, recorded ? FlowJobStatus.Succeeded : FlowJobStatus.Failed,
                    recorded ? "it ended after whoever ran the flow was killed" : "whoever ran the flow was killed, and it recorded no outputs", null, time.GetUtcNow());
            }
        }
    }

    private FlowJobResult Run(FlowJob job, FlowState state, CancellationToken cancellation)
    {
        var (attempt, begun) = (0, time.GetTimestamp());
        var (status, reason, code) = (FlowJobStatus.Failed, "", (int?)null);
        try
        {
            attempt = state.Begin(job, time.GetUtcNow());
            (status, reason, code) = Attempt(job, state, attempt, cancellation);
            state.End(job, attempt, status, reason, code, time.GetUtcNow());
        }
        catch (OperationCanceledException)
        {
            // What it left in the state says that it was running: the next run begins it anew.
            (status, reason) = (FlowJobStatus.NotRun, "the flow was ended while it ran");
        }
        catch (Exception e)
        {
            // Whatever it is, it is this job's end, and the others' are waited for.
            (status, reason) = (FlowJobStatus.Failed, e.Message);
        }

        return new FlowJobResult(job.Name, job.Host?.Name ?? "", status, reason)
        {
            Code = code,
            Elapsed = time.GetElapsedTime(begun),
            Log = attempt > 0 ? state.Log(job, attempt) : null,
        };
    }

    private (FlowJobStatus Status, string Reason, int? Code) Attempt(FlowJob job, FlowState state, int attempt, CancellationToken cancellation)
    {
        // What another job made is to be as it recorded it, what nobody made as it is now.
        var inputs = state.InputManifest(job, attempt);
        StampManifest.Write(inputs, job.Inputs.Select(path => flow.MakerOf(path) is { } maker && maker != job ? planner.StampOf(path) : planner.Now(path, cancellation)));
        var outputs = state.OutputManifest(job, attempt);
        var wrapped = job is { Wrap: true, Host: not null };
        using var log = state.CreateLog(job, attempt);
        using var nothing = File.OpenHandle("/dev/null");
        var result = new ProtectedJob
        {
            Command = Marked(wrapped ? Wrapped(job, state, attempt) : job.Host?.Start(InPlace(job, job.Command)) ?? job.Command, job, state.MarkOf(job, attempt)) with
            {
                Streams = new Dictionary<int, SafeHandle> { [0] = nothing, [1] = log, [2] = log },
            },
            Protect = !wrapped,
            Files = wrapped ? new JobFiles() : new JobFiles { Inputs = job.Inputs, Outputs = job.Outputs },
            Expected = wrapped ? new ExpectedStamps([]) : ExpectedStamps.Read([inputs]),
            ManifestPath = wrapped ? null : outputs,
            Retries = options.Retries,
            RetryDelay = options.RetryDelay,
            Timeout = job.Timeout,

            // Of a job on another host only the launcher could be killed; it goes on, and the next run waits for it.
            Guarded = job.Host is null,
        }.Run(cancellation, time: time);
        if (result.Succeeded)
        {
            foreach (var stamp in (FlowState.Stamps(outputs, stamps) ?? throw new NfsToolsException($"{outputs}: the job's wrapper did not record its outputs.", "The directory of the flow must be the same on all of its hosts.")).All)
            {
                planner.Note(stamp);
            }
        }

        return (result.Succeeded ? FlowJobStatus.Succeeded : FlowJobStatus.Failed, (wrapped ? FlowReport.ReasonIn(state.Report(job, attempt)) : null) ?? result.Reason, result.Code);
    }

    private List<string> Wrapped(FlowJob job, FlowState state, int attempt)
    {
        string[] words =
        [
            flow.Program, "run", "-n", .. job.Inputs.Count > 0 ? new[] { "--expect", state.InputManifest(job, attempt) } : [], "--record", state.OutputManifest(job, attempt), "--json", state.Report(job, attempt),
            "--retries", Number(options.Retries), "--delay", Number(options.RetryDelay.TotalSeconds),
            .. job.Inputs.SelectMany(f => new[] { "-i", f }), .. job.Outputs.SelectMany(f => new[] { "-o", f }),
            .. job.Timeout > TimeSpan.Zero ? new[] { "--timeout", Number(job.Timeout.TotalSeconds) } : [],
            "--", .. job.Command,
        ];
        return [.. job.Host!.Start(InPlace(job, words))];
    }

    // On another host neither the directory nor the environment is the job's; env(1) sees to both.
    private static IEnumerable<string> InPlace(FlowJob job, IEnumerable<string> command) =>
        ["env", "-C", job.Directory, "--", .. job.Environment.Select(e => $"{e.Key}={e.Value}"), .. command];

    private static ChildCommand Marked(IReadOnlyList<string> command, FlowJob job, string mark) => new()
    {
        FileName = command[0],
        Arguments = [.. command.Skip(1)],
        WorkingDirectory = job.Host is null ? job.Directory : null,
        Environment = (job.Host is null ? job.Environment : new Dictionary<string, string>()).Select(e => KeyValuePair.Create<string, string?>(e.Key, e.Value))
            .Append(KeyValuePair.Create<string, string?>(MarkVariable, mark)).ToDictionary(),
    };

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
