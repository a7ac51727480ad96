namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <summary>Writes what a scheduler would: logs of one format, with what is true of them.</summary>
public abstract class FormatSample
{
    /// <summary>The format's name.</summary>
    public abstract string Format { get; }

    /// <summary>The time zone that the logs' local times are of; null where they say it themselves.</summary>
    public virtual string? TimeZone => null;

    /// <summary>What is broken into records to damage them: what means something in the format.</summary>
    public abstract IReadOnlyList<string> Insertions { get; }

    /// <summary>Begins another file of the log; what stands before its first record. Records are as it says from now on.</summary>
    public virtual byte[] Begin() => [];

    /// <summary>The next record, or something else that belongs into a log, such as a comment; complete lines.</summary>
    public abstract SampleRecord Next();

    /// <summary>The next record of a job.</summary>
    public SampleRecord NextJob()
    {
        SampleRecord next;
        do
        {
            next = Next();
        }
        while (next.Job is null);
        return next;
    }
}

/// <summary>A piece of a log.</summary>
/// <param name="Bytes">As it stands there.</param>
/// <param name="Job">The job it tells of, as <see cref="KeyOf"/> says it; null for none.</param>
public sealed record SampleRecord(byte[] Bytes, string? Job)
{
    /// <summary>A job, its times in seconds since 1970.</summary>
    public static string KeyOf(long job, long element, long submitted, long ended) => $"{job}[{element}] {submitted} {ended}";
}
