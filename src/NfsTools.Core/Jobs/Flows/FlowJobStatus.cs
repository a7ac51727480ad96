namespace NfsTools.Jobs.Flows;

/// <summary>How a job of a flow stands.</summary>
public enum FlowJobStatus
{
    /// <summary>It is to be run.</summary>
    Due,

    /// <summary>It need not run: its files are what its last run left.</summary>
    UpToDate,

    /// <summary>It is running, or was when whoever ran the flow was killed.</summary>
    Running,

    /// <summary>It was run, and may be believed.</summary>
    Succeeded,

    /// <summary>It was run, and failed or may not be believed.</summary>
    Failed,

    /// <summary>It was not run: a job it needs failed, or the flow was ended before.</summary>
    NotRun,
}
