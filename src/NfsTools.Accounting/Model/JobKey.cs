namespace NfsTools.Accounting.Model;

/// <summary>What jobs can be grouped by.</summary>
public enum JobKey
{
    /// <summary>The submitting user.</summary>
    User,

    /// <summary>The queue.</summary>
    Queue,

    /// <summary>The project.</summary>
    Project,

    /// <summary>The UTC day the job ended on, YYYY-MM-DD.</summary>
    Day,

    /// <summary>The UTC month the job ended in, YYYY-MM.</summary>
    Month,

    /// <summary>A host the job held slots on. A job on several hosts counts for each, with the slots held there.</summary>
    Host,

    /// <summary>How the job ended: DONE, EXIT.</summary>
    State,

    /// <summary>The cluster.</summary>
    Cluster,
}
