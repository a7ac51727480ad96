namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>The times of a row in seconds since 1970 UTC; null for never.</summary>
/// <param name="Submit">When it was submitted.</param>
/// <param name="Eligible">When it could have started.</param>
/// <param name="Start">When it started.</param>
/// <param name="End">When it ended.</param>
/// <param name="IsDoubtful">One is in an hour that came twice, and nothing told which one.</param>
internal readonly record struct SlurmTimes(long? Submit, long? Eligible, long? Start, long? End, bool IsDoubtful)
{
    /// <summary>
    /// Reads them: where clocks showed a time twice, how long it ran and was suspended tells start and end, and the start the times before, none
    /// of which is behind it.
    /// </summary>
    public static SlurmTimes Of(in SlurmRow row)
    {
        var elapsed = (row.Whole(SlurmColumn.ElapsedRaw) ?? (long?)row.Seconds(SlurmColumn.Elapsed)) + (long)(row.Seconds(SlurmColumn.Suspended) ?? 0);
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

        var latest = startIsDoubtful || start is null ? end : start;
        var submit = Before(row, SlurmColumn.Submit, latest, out var submitIsDoubtful);
        var eligible = Before(row, SlurmColumn.Eligible, latest, out var eligibleIsDoubtful);
        return new SlurmTimes(submit, eligible, start, end, startIsDoubtful || endIsDoubtful || submitIsDoubtful || eligibleIsDoubtful);
    }

    // The second of two may be behind the latest that it can be: then it was the first.
    private static long? Before(in SlurmRow row, SlurmColumn column, long? latest, out bool isDoubtful)
    {
        var first = row.Time(column, null, out isDoubtful);
        isDoubtful = isDoubtful && !(row.Time(column, long.MaxValue, out _) > latest);
        return first;
    }
}
