using System.Numerics;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>A job as the store has it.</summary>
/// <param name="known">Which columns of <see cref="JobColumns.Stored"/> have values, by their places: a bit each.</param>
/// <param name="numbers">The values that are no texts, one behind the other; real numbers by their bits.</param>
/// <param name="texts">The values that are texts.</param>
/// <param name="hash">What tells copies of its record from other records.</param>
/// <param name="log">Reads its bytes.</param>
/// <param name="place">Where they stand.</param>
internal sealed class StoredJob(
    ulong known, long[] numbers, string[] texts, long hash, KeptLog log, (long Generation, long Offset, int Length) place) : JobRecord
{
    private static readonly ulong TextColumns = JobColumns.Stored.Where(c => c.Kind is ColumnKind.Text or ColumnKind.FreeText).Aggregate(0UL, (bits, c) => bits | (1UL << c.Place));

    internal override ReadOnlyMemory<byte> Bytes
    {
        get => log.Read(place.Generation, place.Offset, place.Length);
        set => throw new InvalidOperationException();
    }

    internal override LogContext Context
    {
        get => log.ParserOf(place.Generation).Context;
        set => throw new InvalidOperationException();
    }

    internal override long ContentHash => hash;

    internal override long? Integer(JobColumn column) => IsKnown(column) ? numbers[Before(column, ~TextColumns)] : null;

    internal override double? Real(JobColumn column) => IsKnown(column) ? BitConverter.Int64BitsToDouble(numbers[Before(column, ~TextColumns)]) : null;

    internal override string? Text(JobColumn column) => IsKnown(column) ? texts[Before(column, TextColumns)] : null;

    /// <summary>The job with every field of its line, read again from its bytes.</summary>
    /// <exception cref="NfsToolsException">They cannot be read, or are none of a job.</exception>
    public JobRecord AllFields()
    {
        if (RecordFields.Read(log.ParserOf(place.Generation), Bytes) is not JobRecord job)
        {
            throw new NfsToolsException($"The kept bytes of job {JobId}, generation {place.Generation}, byte {place.Offset}, are no job's.", "\"nfstools verify\" tells what else does not hold.");
        }

        job.Cluster = Cluster;
        return job;
    }

    private bool IsKnown(JobColumn column) => (known >> column.Place & 1) != 0;

    private int Before(JobColumn column, ulong alike) => BitOperations.PopCount(known & alike & ((1UL << column.Place) - 1));
}
