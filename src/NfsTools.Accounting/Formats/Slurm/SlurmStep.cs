using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>A step of a job, as sacct(1) shows it behind the job; no job of its own.</summary>
public sealed class SlurmStep : AccountingRecord
{
    private readonly SlurmRow row;

    internal SlurmStep(SlurmRow row, SlurmTimes times) => (this.row, ContentHash, EventSeconds) = (row, row.Hash, times.End ?? times.Start ?? times.Submit ?? 0);

    /// <inheritdoc/>
    public override string RecordType => "step";

    /// <summary>All fields of the row that are not empty, by the names of their columns.</summary>
    public IReadOnlyDictionary<string, string> Fields => row.Fields();

    internal override long EventSeconds { get; }

    internal override long ContentHash { get; }
}
