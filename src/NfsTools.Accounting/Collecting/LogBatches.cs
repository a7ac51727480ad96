using System.Collections.Concurrent;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.Watching;

namespace NfsTools.Accounting.Collecting;

/// <summary>Reads a log's segments into batches for the store.</summary>
/// <param name="source">The log.</param>
/// <param name="follower">What reads its files.</param>
/// <param name="pulse">Whether they answer.</param>
/// <param name="time">The clock.</param>
internal sealed class LogBatches(CollectorSource source, LogFollower follower, CollectorPulse pulse, TimeProvider time)
{
    // With a byte more than a unit may have it shows whether one is too long.
    private const int LongestChunk = RecordReader.MaxUnitBytes + 1;

    // A longer record, of a job on thousands of slots, is there several times over while it is read and stored.
    private const int LongRecord = 512 << 10;
    private readonly IAccountingFormat format = RecordFormats.Get(source.Format);

    // Rows of batches that were stored.
    private readonly ConcurrentBag<JobRows> spare = [];

    /// <summary>What of a segment was not read, in batches, each ready to be committed.</summary>
    public IEnumerable<CommitBatch> Of(LogSegment segment, CancellationToken cancellation)
    {
        var (position, most) = (segment.Generation.Position, LogFollower.ChunkBytes);
        segment.Generation.TimeZone = segment.Generation.Id == 0 ? source.Settings.TimeZone : segment.Generation.TimeZone;
        var parser = new RecordParser(format, new LogSettings(segment.Generation.TimeZone));
        var reader = new RecordReader(parser);
        while (!cancellation.IsCancellationRequested && pulse.Ask(segment.Path, () => follower.Read(segment, position, most)) is { } chunk)
        {
            if (parser.NeedsHead && !TryBegin(parser, segment, position == 0 ? chunk.Data : default))
            {
                LogChunk.Release(chunk.Data);
                yield break;
            }

            var (readAt, units) = (time.GetTimestamp(), new List<RecordUnit>());
            var jobs = spare.TryTake(out var stored) ? stored : new JobRows();
            var used = reader.Read(chunk.Data, chunk.Final, chunk.AcceptNuls, units, jobs);
            if (used > 0)
            {
                var batch = new CommitBatch
                {
                    Cluster = source.Cluster,
                    Format = format,
                    LivePath = source.Path,
                    Path = segment.Path,
                    Generation = segment.Generation,
                    Start = position,
                    Data = chunk.Data[..used],
                    Units = units,
                    Jobs = jobs,
                    ReadAt = readAt,
                };
                _ = batch.Packed;
                if (IsLong(batch))
                {
                    // What its parsing leaves behind would come on top of what storing it takes.
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                }

                yield return batch;
            }
            else
            {
                spare.Add(jobs);
            }

            position += used;
            var isTooShort = used == 0 && most < LongestChunk && (chunk.AcceptNuls || !chunk.Data.Span.Contains((byte)0));
            if (used == 0)
            {
                LogChunk.Release(chunk.Data);
            }

            if (chunk.Ended || (used == 0 && !isTooShort))
            {
                yield break;
            }

            most = isTooShort ? LongestChunk : LogFollower.ChunkBytes;
        }
    }

    /// <summary>Whether a batch takes so much memory that there is to be no other beside it.</summary>
    public static bool IsLong(CommitBatch batch) => batch.Data.Length > LogFollower.ChunkBytes || batch.Units.Any(u => u.Kind == UnitKind.Record && u.Length > LongRecord);

    /// <summary>Takes the rows of a batch that was stored, for another.</summary>
    public void TakeBack(JobRows jobs)
    {
        jobs.Clear();
        spare.Add(jobs);
    }

    // The log's beginning is what was read where that begins there, and otherwise read for itself; false where the file was exchanged meanwhile.
    private bool TryBegin(RecordParser parser, LogSegment segment, ReadOnlyMemory<byte> begin)
    {
        if (begin.IsEmpty)
        {
            var buffer = new byte[format.HeadBytes];
            if (pulse.Ask(segment.Path, () => segment.Read(buffer, 0)) is not { } read)
            {
                return false;
            }

            begin = buffer.AsMemory(0, read);
        }

        parser.Begin(begin.Span);
        return true;
    }
}
