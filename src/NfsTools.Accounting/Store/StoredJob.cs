using System.Data.Common;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>A job as the store has it.</summary>
internal sealed class StoredJob : JobRecord
{
    private static readonly int[] Places = PlacesOfColumns();
    private readonly string?[] texts;
    private readonly long?[] integers;
    private readonly double?[] reals;
    private readonly KeptLog log;
    private readonly (long Generation, long Offset, int Length) place;

    /// <summary>Reads the row of a query for <see cref="JobSql.Stored"/>.</summary>
    public StoredJob(DbDataReader row, KeptLog log)
    {
        Cluster = row.GetString(0);
        var columns = JobColumns.Stored;
        var behind = columns.Count + 1;
        ContentHash = row.GetInt64(behind);
        (this.log, place, Format) = (log, (row.GetInt64(behind + 1), row.GetInt64(behind + 2), row.GetInt32(behind + 3)), row.GetString(behind + 4));
        (texts, integers, reals) = (new string?[columns.Count], new long?[columns.Count], new double?[columns.Count]);
        for (var i = 0; i < columns.Count; i++)
        {
            if (row.IsDBNull(i + 1))
            {
                continue;
            }

            switch (columns[i].Kind)
            {
                case ColumnKind.Text or ColumnKind.FreeText:
                    texts[i] = row.GetString(i + 1);
                    break;
                case ColumnKind.Real:
                    reals[i] = row.GetDouble(i + 1);
                    break;
                default:
                    integers[i] = row.GetInt64(i + 1);
                    break;
            }
        }
    }

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

    internal override long ContentHash { get; }

    internal override long? Integer(JobColumn column) => integers[Places[column.Index]];

    internal override double? Real(JobColumn column) => reals[Places[column.Index]];

    internal override string? Text(JobColumn column) => texts[Places[column.Index]];

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

    private static int[] PlacesOfColumns()
    {
        var places = new int[JobColumns.All.Count];
        foreach (var (i, column) in JobColumns.Stored.Index())
        {
            places[column.Index] = i;
        }

        return places;
    }
}
