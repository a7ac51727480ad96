namespace NfsTools.Jobs.Flows;

/// <summary>How a job of a flow stands, or ended.</summary>
/// <param name="Job">The job's name.</param>
/// <param name="Host">Where it runs; empty for the host that runs the flow.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record FlowJobResult(string Job, string Host, FlowJobStatus Status, string Reason)
{
    /// <summary>Its exit code, or one of <see cref="JobExitCode"/>; null where it did not run.</summary>
    public int? Code { get; init; }

    /// <summary>How long it took; null where it did not run.</summary>
    public TimeSpan? Elapsed { get; init; }

    /// <summary>The file with what it wrote to standard output and standard error; null where it never ran.</summary>
    public string? Log { get; init; }
}
