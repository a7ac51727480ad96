using NfsTools.Stamps;

namespace NfsTools.Jobs;

/// <summary>How a job ended, with the evidence.</summary>
public sealed record ProtectedJobResult
{
    /// <summary>The command, as text for people.</summary>
    public required string Command { get; init; }

    /// <summary>The host it ran on.</summary>
    public required string Host { get; init; }

    /// <summary>Whether its files were checked.</summary>
    public required bool Protected { get; init; }

    /// <summary>The verdict.</summary>
    public required JobVerdict Verdict { get; init; }

    /// <summary>The verdict's reason, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>How the command ended, and what it used; null where it did not run.</summary>
    public ChildExit? Exit { get; init; }

    /// <summary>The signal that ended the work where the verdict is <see cref="JobVerdict.Interrupted"/>.</summary>
    public int? Signal { get; init; }

    /// <summary>When the checks began, by this host's clock.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>When the command was started, by this host's clock; null where it was not. By the file servers' clocks: see the outputs.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the command ended, by this host's clock; null where it did not run.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The inputs.</summary>
    public IReadOnlyList<InputEvidence> Inputs { get; init; } = [];

    /// <summary>The outputs.</summary>
    public IReadOnlyList<OutputEvidence> Outputs { get; init; } = [];

    /// <summary>The manifest that the outputs' stamps were written to; null where none was.</summary>
    public string? Manifest { get; init; }

    /// <summary>Where the files were learnt from, e.g. a capsule; empty where they were named.</summary>
    public string FilesFrom { get; init; } = "";

    /// <summary>Whether the job may be believed.</summary>
    public bool Succeeded => Verdict == JobVerdict.Succeeded;

    /// <summary>
    /// What a wrapper of the job ends with: the job's own code, or one from <see cref="JobExitCode"/>, which
    /// <see cref="IsOwnCode"/> tells apart.
    /// </summary>
    public int Code => Verdict switch
    {
        JobVerdict.Succeeded => 0,
        JobVerdict.InputsNotReady => JobExitCode.InputsNotReady,
        JobVerdict.InputChanged => JobExitCode.InputChanged,
        JobVerdict.OutputNotWritten => JobExitCode.OutputNotWritten,
        JobVerdict.CannotStart => JobExitCode.CannotStart,
        JobVerdict.TimedOut => JobExitCode.TimedOut,
        JobVerdict.NotRecorded or JobVerdict.NotTraced or JobVerdict.NotCheckable => JobExitCode.CannotGoOn,
        JobVerdict.Interrupted => 128 + (Signal ?? 0),
        _ => Exit?.Code ?? JobExitCode.CannotGoOn,
    };

    /// <summary>Whether <see cref="Code"/> is the wrapper's rather than the job's.</summary>
    public bool IsOwnCode => Verdict is not (JobVerdict.Succeeded or JobVerdict.Failed);

    /// <summary>The outputs' stamps after the job, for the next job's checks; also those of inputs whose stamps it rightly moved, as a new name does.</summary>
    public ExpectedStamps OutputStamps() => new(
        Inputs.Where(i => i is { Unchanged: true, After.Exists: true, Before.Found: { } before } && !before.Same(i.After)).Select(i => i.After!)
            .Concat(Outputs.Select(o => o.After).OfType<FileStamp>()));
}
