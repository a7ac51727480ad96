namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>What a field of a column must look like; every one may be empty but an id and a state.</summary>
internal enum SlurmShape
{
    /// <summary>A text that users do not choose freely.</summary>
    Word,

    /// <summary>A text that users choose: it may hold the separator, and newlines.</summary>
    Free,

    /// <summary>The id of a job or step.</summary>
    Id,

    /// <summary>A state of a job.</summary>
    State,

    /// <summary>A time, or a word for none.</summary>
    Time,

    /// <summary>How long something took.</summary>
    Duration,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>An amount with a letter behind it that says of what.</summary>
    Amount,

    /// <summary>An exit code and a signal.</summary>
    Exit,

    /// <summary>A limit of time, or a word for none.</summary>
    Limit,

    /// <summary>A duration, or whole seconds that are something else.</summary>
    Cpu,
}
