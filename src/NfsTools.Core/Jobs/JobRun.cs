using System.Globalization;
using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Jobs;

/// <summary>One run of a protected job, step by step.</summary>
internal sealed class JobRun
{
    private readonly ProtectedJob job;
    private readonly JobSignals? signals;
    private readonly TimeProvider clock;
    private readonly IProgress<IReadOnlyList<FileCheck>>? progress;
    private readonly FreshStamps stamps;
    private readonly string directory;
    private readonly TimeSpan patience;
    private readonly bool isExpecting;
    private ExpectedStamps expected;
    private JobFiles files;
    private ProtectedJobResult result;
    private OutputGuard? outputs;
    private Dictionary<string, string> real = [];
    private JobFiles traced = new();
    private string untraced = "";
    private InputWatch? watch;

    public JobRun(ProtectedJob job, JobSignals? signals, TimeProvider clock, IProgress<IReadOnlyList<FileCheck>>? progress)
    {
        (this.job, this.signals, this.clock, this.progress) = (job, signals, clock, progress);
        stamps = new FreshStamps(clock) { Trees = true };
        directory = FilePath.Full(job.Command?.WorkingDirectory ?? ".");
        (files, expected) = (job.Files.In(directory), job.Expected);
        isExpecting = job.ExpectedManifests.Count + job.Expected.All.Count > 0;
        patience = Duration.Times(job.RetryDelay, job.Retries) is var most && most > StampCheck.LeastPatience ? most : StampCheck.LeastPatience;
        result = new ProtectedJobResult
        {
            Command = job.Command?.Text ?? job.Name,
            Host = Environment.MachineName,
            Protected = job.Protect,
            Verdict = JobVerdict.Interrupted,
            Reason = "",
            CheckedAt = clock.GetUtcNow(),
            FilesFrom = job.FilesFrom,
        };
    }

    public ProtectedJobResult Run(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, signals?.Token ?? CancellationToken.None);
        try
        {
            if (!job.Protect || Prepare(stop.Token))
            {
                Execute(cancellation);
                Conclude(stop.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            result = result with
            {
                Verdict = JobVerdict.Interrupted,
                Signal = signals?.Received,
                Reason = $"signal {signals?.Received} came {(result.StartedAt is null ? "before the command was started" : "while the outputs were checked")}",
            };
        }
        finally
        {
            watch?.Dispose();
        }

        return result;
    }

    // Whether the command may be started.
    private bool Prepare(CancellationToken cancellation)
    {
        List<FileExpectation> expectations;
        try
        {
            if (!Abandonable.TryRun(Expectations, patience, out var known, cancellation))
            {
                return Refuse("what the inputs are to be cannot be told: the file system does not answer");
            }

            expectations = known;
        }
        catch (NfsToolsException e)
        {
            return Refuse(e.Message);
        }

        if (isExpecting && expectations.Find(e => e.Stamp is null) is { } unknown)
        {
            return Refuse($"{unknown.Path}: not in the manifest: what it is to be is not known");
        }

        if (isExpecting && expected.All.Count == 0 && files.Inputs.Count == 0)
        {
            return Refuse("the manifest has no files, so there is nothing to check");
        }

        // What its path tells is not waited for: the other end of a pipe has no name that could be looked at.
        if (Passing(expectations.Select(e => (e.Path, (FileStatus?)null)), out var passing))
        {
            return false;
        }

        var checks = expectations.Count == 0 ? [] : new StampCheck
        {
            Files = expectations,
            Retries = job.Retries,
            RetryDelay = job.RetryDelay,
            Stamps = stamps,
        }.Run(cancellation, clock, progress);
        if (Passing(checks.Select(c => (c.Path, c.Found?.Status)), out passing))
        {
            return false;
        }

        checks = [.. checks.Where(c => !passing.Contains(c.Path))];
        files = files with { Inputs = [.. checks.Select(c => c.Path)] };
        result = result with { Inputs = [.. checks.Select(c => new InputEvidence(c.Path, c))] };
        if (checks.Where(c => !c.Holds).ToList() is [var first, ..] wrong)
        {
            return Refuse($"{Count(wrong.Count, checks.Count, "input")} not as expected: {first.Path}: {first.Reason}");
        }

        try
        {
            result = Patiently(() => result with { Inputs = Readable() }, cancellation);
            if (Passing(Patiently(() => files.Outputs.Select(p => (p, FileStatus.Of(p))).ToList(), cancellation), out passing))
            {
                return false;
            }

            files = files with { Outputs = [.. files.Outputs.Where(p => !passing.Contains(p))] };
            outputs = Patiently(() => Guard(checks.Select(c => c.Found).OfType<FileStamp>()), cancellation);

            // Only an output can be another name of an input that may have one. To end a watch takes the kernel 10 ms and more.
            watch = files.Outputs.Count == 0 || files.LinksAreKnown ? null
                : Patiently(() => new InputWatch(checks.Where(c => c.Found?.Status is { IsRegular: true } && !files.Linked.Contains(c.Path)).Select(c => real[c.Path])), cancellation);
        }
        catch (IOException e)
        {
            return Refuse($"what is there before the job cannot be told: {e.Message}");
        }

        return result.Inputs.FirstOrDefault(i => i.Unchanged == false) is not { } stale || Refuse($"{stale.Path}: {stale.ReadReason}");
    }

    // Manifests may be on a server that hangs, and telling files by their real paths asks it, too.
    private List<FileExpectation> Expectations()
    {
        if (job.ExpectedManifests.Count > 0)
        {
            expected = new ExpectedStamps(expected.All.Concat(job.ExpectedManifests.SelectMany(m => StampManifest.Read(m))));
        }

        files = files.Inputs.Count > 0 ? files : files with { Inputs = [.. expected.All.Select(s => s.Path)] };

        // Of what is found in a command's words, that is left out before somebody waits for it.
        return [.. files.Inputs.Where(path => IsNamed(path) || PassingPath.KindOf(path, null) is null).Select(path => new FileExpectation { Path = path, Stamp = expected.Of(path) })];
    }

    // What goes through a device or a pipe is gone then: nothing of it can be compared. Who names it asks for a check that cannot
    // be had; in the words of a known command it is no file of the job.
    private bool Passing(IEnumerable<(string Path, FileStatus? Status)> paths, out HashSet<string> passing)
    {
        var found = paths.Select(p => (p.Path, Kind: PassingPath.KindOf(p.Path, p.Status))).Where(p => p.Kind is not null).ToList();
        passing = found.Select(p => p.Path).ToHashSet(StringComparer.Ordinal);
        var named = found.Find(p => IsNamed(p.Path));
        return named.Kind is not null && !Refuse($"{named.Path} cannot be checked: it is {named.Kind}, of which nothing stays to compare: leave it out", JobVerdict.NotCheckable);
    }

    private bool IsNamed(string path) => job.FilesFrom.Length == 0 || expected.Of(path) is not null;

    private OutputGuard? Guard(IEnumerable<FileStamp> inputs)
    {
        real = files.Inputs.Concat(files.Outputs).Distinct().ToDictionary(p => p, FilePath.Resolve, StringComparer.Ordinal);
        return files.Outputs.Count == 0 && !job.Trace ? null : new OutputGuard(files.Outputs, job.Trace ? [directory] : [], inputs, job.Hash, stamps);
    }

    private List<InputEvidence> Readable()
    {
        var reads = InputGuard.FreshReads(files.Inputs, stamps);
        var hashes = job.Hash ? InFlight.SelectAtOnce(files.Inputs, path => ContentHash.Of(path, files.Outputs)) : new ContentHash?[files.Inputs.Count];
        return [.. result.Inputs.Select((input, i) => reads.TryGetValue(input.Path, out var read)
            ? input with { HashBefore = hashes[i]?.Text, ReadReason = read.Reason, Unchanged = read.Fresh ? null : false }
            : input with { HashBefore = hashes[i]?.Text })];
    }

    private void Execute(CancellationToken cancellation)
    {
        result = result with { StartedAt = clock.GetUtcNow() };
        try
        {
            using var trace = job is { Trace: true, Command: { } original } ? Traced(original) : null;
            var exit = (trace?.Command ?? job.Command) is { } command
                ? new ChildProcess { Command = command, Timeout = job.Timeout, Grace = job.Grace, Guarded = job.Guarded }.Run(cancellation, signals, clock)
                : job.Work!(cancellation);
            (traced, untraced) = (trace?.Files() ?? traced, trace?.Problem ?? "");
            cancellation.ThrowIfCancellationRequested();
            result = result with { Exit = exit, EndedAt = clock.GetUtcNow() };
        }
        catch (NfsToolsException e) when (job.Command?.CanStart() == false || !job.Trace)
        {
            result = result with { StartedAt = null, Verdict = JobVerdict.CannotStart, Reason = e.Message };
        }
    }

    private JobTrace Traced(ChildCommand command)
    {
        var trace = new JobTrace(command, job.TraceIgnored.Concat(job.ManifestPath is { } manifest ? [FilePath.Full(manifest)] : []));
        if (trace.Command.CanStart() && command.CanStart())
        {
            return trace;
        }

        trace.Dispose();
        throw command.CanStart()
            ? new NfsToolsException("The command cannot be traced: strace is not installed.", "Install strace, or name the files instead.")
            : new NfsToolsException($"The command cannot be started: {command.FileName}: there is no such program, or it may not be executed.", "Check its name, its mode and PATH.");
    }

    private void Conclude(CancellationToken cancellation)
    {
        if (result.Exit is not { } exit)
        {
            return;
        }

        Look(exit, cancellation);
        var changed = result.Inputs.Where(i => job.Protect && i.Unchanged == false).ToList();
        var unwritten = result.Outputs.Where(o => job.Protect && o.Written == false).ToList();
        var (verdict, reason) = exit switch
        {
            { TimedOut: true } => (JobVerdict.TimedOut, string.Create(CultureInfo.InvariantCulture, $"it was ended after {exit.Elapsed.TotalSeconds:0.###} s, because its time was over")),
            { Signal: { } signal } => (JobVerdict.Failed, $"signal {signal} ended the command"),
            { Code: not 0 } => (JobVerdict.Failed, $"the command returned {exit.Code}"),
            _ when changed.Count > 0 => (JobVerdict.InputChanged, $"{Count(changed.Count, result.Inputs.Count, "input")} not the same after the job: {changed[0].Path}: {changed[0].Reason}"),
            _ when unwritten.Count > 0 => (JobVerdict.OutputNotWritten, $"{Count(unwritten.Count, result.Outputs.Count, "output")} not written by the job: {unwritten[0].Path}: {unwritten[0].Reason}"),
            _ when untraced.Length > 0 => (JobVerdict.NotTraced, $"not all files of the job could be learnt: {untraced}: name its files instead"),
            _ => (JobVerdict.Succeeded, !job.Protect ? "it returned 0; its files were not checked"
                : result.Inputs.Count + result.Outputs.Count > 0 ? "it returned 0, and its files are as they must be"
                : "it returned 0; none of its files is known, so nothing was checked"),
        };
        result = result with { Verdict = verdict, Reason = reason };
        if (verdict == JobVerdict.Succeeded && job.ManifestPath is { } manifest)
        {
            cancellation.ThrowIfCancellationRequested();
            Record(FilePath.Full(manifest), cancellation);
        }
    }

    // What reads a pipe may never come: a signal ends the wait for it.
    private void Record(string manifest, CancellationToken cancellation)
    {
        try
        {
            WholeFile.Spare(manifest, "manifest", result.Inputs.Select(i => i.Path));
            var stamps = result.OutputStamps().All.Where(s => IsNamed(s.Path) || s.Status is not { IsPassing: true }).ToList();
            Abandonable.TryRun(() => Written(manifest, stamps), Timeout.InfiniteTimeSpan, out _, cancellation);
            result = result with { Manifest = manifest };
        }
        catch (NfsToolsException e)
        {
            result = result with { Verdict = JobVerdict.NotRecorded, Reason = e.Message };
        }
    }

    private static bool Written(string manifest, IReadOnlyList<FileStamp> stamps)
    {
        StampManifest.Write(manifest, stamps);
        return true;
    }

    // All files at once, mount by mount: a server that hangs leaves the others' evidence.
    private void Look(ChildExit exit, CancellationToken cancellation)
    {
        string[] written = [.. files.Outputs.Union(traced.Outputs, StringComparer.Ordinal)];
        string[] learnt = [.. traced.Inputs.Except(result.Inputs.Select(i => i.Path), StringComparer.Ordinal)];
        string[] paths = [.. result.Inputs.Select(i => i.Path).Union(learnt, StringComparer.Ordinal).Union(written, StringComparer.Ordinal)];
        result = result with { FilesFrom = job.Trace ? string.Join(" and ", new[] { job.FilesFrom, "trace" }.Where(f => f.Length > 0)) : job.FilesFrom };
        if (paths.Length == 0)
        {
            return;
        }

        var seen = new Dictionary<string, StampLook>(StringComparer.Ordinal);
        new MountLooks(paths, stamps.TakeEach).Look(_ => true, patience, (file, look) => seen[paths[file]] = look, cancellation);
        var hashes = new Dictionary<string, ContentHash>(StringComparer.Ordinal);
        if (job.Hash)
        {
            string[] readable = [.. paths.Where(path => seen[path].Stamp is not null)];
            var found = Patiently(() => InFlight.SelectAtOnce(readable, path => ContentHash.Of(path, files.Inputs.Contains(path) ? files.Outputs : [])), cancellation);
            for (var i = 0; i < found.Length; i++)
            {
                hashes[readable[i]] = found[i];
                seen[readable[i]] = found[i].Problem.Length == 0 ? seen[readable[i]] : new StampLook(null, found[i].Problem);
            }
        }

        var allowed = new AllowedChanges(files with { Outputs = written }, real, written.Select(path => seen[path]), watch);
        result = result with
        {
            Inputs = [.. result.Inputs.Select(i => InputGuard.Judge(i, seen[i.Path], HashOf(i.Path), allowed)), .. learnt.Select(Learnt)],
            Outputs = [.. written.Select(path => Lasting(outputs?.Judge(path, seen[path], HashOf(path), exit.Elapsed, files)
                ?? new OutputEvidence(path) { After = seen[path].Stamp, Reason = seen[path].Problem }))],
        };

        InputEvidence Learnt(string path) => InputGuard.JudgeTraced(
            new FileExpectation { Path = path, Stamp = expected.Of(path) }, seen[path], HashOf(path), outputs?.StartOf(path, exit.Elapsed).Time, allowed);

        string? HashOf(string path) => hashes.GetValueOrDefault(path)?.Text;
    }

    // A job may make a FIFO where a file was to be.
    private OutputEvidence Lasting(OutputEvidence output) => output.Written == true && IsNamed(output.Path) && output.After?.Status is { IsPassing: true } status
        ? output with { Written = false, Reason = $"it is {status.Kind} now, in which nothing stays" }
        : output;

    // Reading whole files takes as long as it takes.
    private T Patiently<T>(Func<T> work, CancellationToken cancellation) =>
        Abandonable.TryRun(work, job.Hash ? Timeout.InfiniteTimeSpan : patience, out var done, cancellation) ? done : throw new IOException("the file system does not answer");

    private bool Refuse(string reason, JobVerdict verdict = JobVerdict.InputsNotReady)
    {
        result = result with { Verdict = verdict, Reason = reason };
        return false;
    }

    private static string Count(int some, int all, string what) => some == all && all == 1 ? $"the {what} is" : $"{some} of {all} {what}s {(some == 1 ? "is" : "are")}";
}
