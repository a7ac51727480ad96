namespace NfsTools.TestKit;

/// <summary>
/// One piece of a log and what is true of it. The key (job id, index, submit, event) is unique within a generator and is
/// also given for a defect, as it was meant; it is 0 where it has no meaning. The expected values are those of a readable job.
/// </summary>
/// <param name="Bytes">The record with its final newline; a quirk may put more newlines inside.</param>
/// <param name="Kind">What a reader must make of the bytes.</param>
/// <param name="JobId">The scheduler's id, shared by an array's elements and by a requeued job's runs.</param>
/// <param name="Index">The array element, 0 for a job outside an array.</param>
/// <param name="SubmitTime">Seconds since 1970.</param>
/// <param name="EventTime">The end of the job, seconds since 1970; never decreases from record to record.</param>
public sealed record GeneratedRecord(byte[] Bytes, GeneratedKind Kind, long JobId, int Index, long SubmitTime, long EventTime)
{
    /// <summary>The format version token, such as "10.108".</summary>
    public string Version { get; init; } = "";

    public string User { get; init; } = "";

    public string Queue { get; init; } = "";

    public string Project { get; init; } = "";

    /// <summary>"DONE" or "EXIT".</summary>
    public string State { get; init; } = "";

    /// <summary>User plus system seconds as printed, a negative one counting 0.</summary>
    public double CpuSeconds { get; init; }

    /// <summary>Start minus submit, or end minus submit when the printed start is 0.</summary>
    public long WaitSeconds { get; init; }

    /// <summary>End minus submit.</summary>
    public long TurnaroundSeconds { get; init; }

    /// <summary>End minus start, or 0 when the printed start is 0.</summary>
    public long RunSeconds { get; init; }

    /// <summary>The allocSlots count where present, else the execHosts with "N*" expanded, else numProcessors.</summary>
    public int Slots { get; init; }

    /// <summary>maxRMem in KB.</summary>
    public long MaxMemKb { get; init; }

    /// <summary>One of <see cref="LsfQuirk"/>, or null.</summary>
    public string? Quirk { get; init; }

    /// <summary>One of <see cref="LsfDefect"/>, or null.</summary>
    public string? Defect { get; init; }
}
