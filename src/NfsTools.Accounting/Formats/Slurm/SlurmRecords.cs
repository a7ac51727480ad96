using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>What a row tells of: a job that ended, one that has not, or a step.</summary>
internal static class SlurmRecords
{
    /// <summary>The record of a row of sacct(1).</summary>
    /// <exception cref="InvalidDataException">It has no state, or an id that is none.</exception>
    public static AccountingRecord OfRow(SlurmRow row)
    {
        var times = SlurmTimes.Of(row);
        return row.Id.Contains((byte)'.') ? new SlurmStep(row, times) : Of(row, times, SlurmStates.Find(row[SlurmColumn.State]));
    }

    /// <summary>The record of what a jobcomp plugin wrote: it writes when a job ends, and calls one that it lets wait again PENDING.</summary>
    /// <exception cref="InvalidDataException">It has no state, or an id that is none.</exception>
    public static AccountingRecord OfEnd(SlurmRow row) =>
        Of(row, SlurmTimes.Of(row), SlurmStates.Find(row[SlurmColumn.State]) is { Word: "PENDING" } ? SlurmStates.Requeued : SlurmStates.Find(row[SlurmColumn.State]));

    private static AccountingRecord Of(SlurmRow row, SlurmTimes times, SlurmState? state) =>
        state is null ? throw new InvalidDataException("its columns have no State")
        : state.Ended is null || times.End is null ? new SlurmActiveJob(row, times) : new SlurmJob(row, times, state);
}
