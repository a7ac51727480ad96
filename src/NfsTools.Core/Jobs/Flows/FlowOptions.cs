namespace NfsTools.Jobs.Flows;

/// <summary>How a flow is run.</summary>
public sealed record FlowOptions
{
    /// <summary>How many jobs may run at once at most.</summary>
    public const int MostJobs = 10_000;

    /// <summary>What it is to <see cref="KeepGoing"/>, for who is asked for it.</summary>
    public const string KeepGoingHelp = "After a job has failed, go on with those that do not need it.";

    /// <summary>How many jobs run at once at most.</summary>
    public int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>Go on, after a job has failed, with those that do not need it; otherwise no other is started.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>How often to try again where an input is not as expected: see <see cref="StampCheck.Retries"/>.</summary>
    public int Retries { get; init; } = StampCheck.UsualRetries;

    /// <summary>The time between two tries.</summary>
    public TimeSpan RetryDelay { get; init; } = StampCheck.UsualRetryDelay;
}
