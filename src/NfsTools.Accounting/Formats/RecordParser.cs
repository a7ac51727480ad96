using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats;

/// <summary>
/// Reads framed records of one generation of a log, and all that is stored of them: the one place where that may fail in whatever way.
/// It is a reject then, and nothing else happens, whoever reads.
/// </summary>
/// <param name="format">The log's format.</param>
/// <param name="settings">What is said of the log.</param>
internal sealed class RecordParser(IAccountingFormat format, LogSettings settings = default)
{
    private ReadOnlyMemory<byte> head;
    private LogContext? context;

    /// <summary>The log's format.</summary>
    public IAccountingFormat Format => format;

    /// <summary>Whether a record can be read only once the log's beginning is known (<see cref="Begin"/>).</summary>
    public bool NeedsHead => context is null && format.HeadBytes > 0;

    /// <summary>What its records need; made when it is asked for first.</summary>
    public LogContext Context => context ??= format.Begin(head.Span, settings);

    /// <summary>Takes the log's beginning: all that stands before its first record, as far as the format asks for it. Nothing once a record was read.</summary>
    /// <param name="begin">Bytes from the first one on; as many as there are, or more.</param>
    /// <returns>This.</returns>
    public RecordParser Begin(ReadOnlySpan<byte> begin)
    {
        if (NeedsHead)
        {
            // What a writer on another host left behind when the log was truncated under it is no part of it.
            begin = begin.TrimStart((byte)0);
            head = begin[..Math.Min(begin.Length, format.HeadBytes)].ToArray();
        }

        return this;
    }

    /// <summary>Reads a framed record.</summary>
    /// <param name="frame">Its bytes.</param>
    /// <param name="jobs">Receives the columns of a job; null where nobody wants them now, and they need only be fit to be read.</param>
    public ParseResult Parse(ReadOnlyMemory<byte> frame, JobRows? jobs = null)
    {
        try
        {
            var result = format.Parse(frame, Context);
            if (result.Record is JobRecord job)
            {
                if (jobs is null)
                {
                    JobRows.Check(job);
                }
                else
                {
                    jobs.Add(job);
                }
            }
            else if (result.Record is { } record)
            {
                AccountingRecord.CheckTime(record.EventSeconds, "its time");
                record.Part?.Check();
                record.StoredFields = StoredJson.Of(record);
            }

            return result;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever it is, it is this record's and no other's; a lack of memory is the host's.
            return new ParseResult(null, $"the reader fails on it: {e.GetType().Name}: {e.Message}");
        }
    }
}
