using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>A job that had not ended when sacct(1) was asked: it is none to be counted yet, and comes again when it has.</summary>
public sealed class SlurmActiveJob : AccountingRecord
{
    private readonly SlurmRow row;

    internal SlurmActiveJob(SlurmRow row, SlurmTimes times) => (this.row, ContentHash, EventSeconds) = (row, row.Hash, times.Start ?? times.Submit ?? times.Eligible ?? 0);

    /// <inheritdoc/>
    public override string RecordType => "active";

    /// <summary>All fields of the row that are not empty, by the names of their columns; of JSON all values, by their keys, e.g. <c>time.end</c>.</summary>
    public IReadOnlyDictionary<string, string> Fields => row.Fields();

    internal override long EventSeconds { get; }

    internal override long ContentHash { get; }
}
