namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>The times of a row in seconds since 1970 UTC; null for never.</summary>
/// <param name="Submit">When it was submitted.</param>
/// <param name="Eligible">When it could have started.</param>
/// <param name="Start">When it started.</param>
/// <param name="End">When it ended.</param>
/// <param name="IsDoubtful">One is in an hour that came twice, and nothing told which one.</param>
internal readonly record struct SlurmTimes(long? Submit, long? Eligible, long? Start, long? End, bool IsDoubtful)
{
    /// <summary>Reads them: where clocks showed a time twice, how long it ran tells start and end, and the start the times before.</summary>
    public static SlurmTimes Of(in SlurmRow row)
    {
        var elapsed = row.Whole(SlurmColumn.ElapsedRaw) ?? (row.Seconds(SlurmColumn.Elapsed) is { } seconds ? (long)seconds : null);
        var start = row.Time(SlurmColumn.Start, null, out var startIsDoubtful);
        var end = row.Time(SlurmColumn.End, null, out var endIsDoubtful);
        if (startIsDoubtful && !endIsDoubtful && end is not null && elapsed is not null)
        {
            start = row.Time(SlurmColumn.Start, end - elapsed, out startIsDoubtful);
        }
        else if (endIsDoubtful && start is not null && elapsed is not null)
        {
            // Where it ran from the first into the second such hour, both are told.
            var first = end;
            end = row.Time(SlurmColumn.End, start + elapsed, out endIsDoubtful);
            startIsDoubtful &= end == first;
        }

        var near = startIsDoubtful || start is null ? end : start;
        var submit = row.Time(SlurmColumn.Submit, near, out var submitIsDoubtful);
        var eligible = row.Time(SlurmColumn.Eligible, near, out var eligibleIsDoubtful);
        return new SlurmTimes(submit, eligible, start, end, startIsDoubtful || endIsDoubtful || submitIsDoubtful || eligibleIsDoubtful);
    }
}
