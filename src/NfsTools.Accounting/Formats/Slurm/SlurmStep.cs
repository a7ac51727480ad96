using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>A step of a job, as sacct(1) shows it behind the job; no job of its own.</summary>
public sealed class SlurmStep : AccountingRecord
{
    private readonly SlurmRow row;

    private readonly long? start;

    internal SlurmStep(SlurmRow row, SlurmTimes times) =>
        (this.row, start, ContentHash, EventSeconds) = (row, times.Start, row.Hash, times.End ?? times.Start ?? times.Submit ?? 0);

    /// <inheritdoc/>
    public override string RecordType => "step";

    /// <summary>All fields of the row that are not empty, by the names of their columns.</summary>
    public IReadOnlyDictionary<string, string> Fields => row.Fields();

    /// <summary>Its peak memory: CPU time of the steps is in the job's own row.</summary>
    internal override JobPart? Part => start is { } begun && SlurmColumns.PeakKb(row) is { } peak && SlurmId.Of(row.Id) is var id
        ? new JobPart(SlurmJob.NumberOf(id, row), SlurmJob.ElementOf(id, row), begun, new JobUse(null, null, peak, null)) : null;

    internal override long EventSeconds { get; }

    internal override long ContentHash { get; }
}
