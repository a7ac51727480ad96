namespace NfsTools.TestKit;

/// <summary>What a reader must make of a generated piece of a log.</summary>
public enum GeneratedKind
{
    /// <summary>A JOB_FINISH record that must be read as a job, quirk or not.</summary>
    Job,

    /// <summary>A record that cannot be read as a job and must be kept as a reject.</summary>
    Defect,

    /// <summary>A line starting with '#', perhaps after blanks.</summary>
    Comment,

    /// <summary>An empty line or one of blanks only.</summary>
    Blank,

    /// <summary>A sound EVENT_ADRSV_FINISH or JOB_RESIZE record.</summary>
    Other,
}
