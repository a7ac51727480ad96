using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Accounting.Collecting;

/// <summary>One log as a collector sees it: its Generations, and how what they hold gets into the Store.</summary>
internal sealed class CollectedLog : CollectedSource
{
    private readonly LogFollower follower;
    private readonly IAccountingFormat format;
    private readonly TimeProvider time;
    private readonly CollectorPulse pulse;
    private readonly bool once;
    private readonly HashSet<LogGeneration> absent = [];
    private readonly LookAlikes lookAlikes;
    private readonly LogBatches batches;
    private readonly StrangeLog judge;
    private readonly HashSet<string> toldUnread = [];
    private IReadOnlyList<UnreadArchive> unreadArchives = [];
    private string? strange;

    // What the store has of it; something else at the start.
    private string? keptUnreadable = "";

    public CollectedLog(CollectorSource source, AccountingStore store, CollectorOptions options, IProgress<CollectorEvent>? progress, CollectorPulse pulse, TimeProvider time)
        : base(source, store, progress)
    {
        (this.pulse, this.time, once) = (pulse, time, options.Once);
        format = RecordFormats.Get(source.Format);
        follower = new LogFollower(source.Family, format.Identity, options.NulPatience, time);
        lookAlikes = new LookAlikes(source.Format);
        batches = new LogBatches(source, follower, pulse, time);
        judge = new StrangeLog(format);
    }

    /// <summary>All logs that the collector reads.</summary>
    public IReadOnlyList<LogFamily> All { get; set; } = [];

    private int Missing => Generations.Count(g => g.Sight.Missing && !g.Accepted && g.LivePath == Source.Path);

    public LogFamily Family => follower.Family;

    public override void Load(StoreLease? lease)
    {
        if (lease is not null)
        {
            Store.KeepArchives(Source.Known, Source.Layout, Source.Archives, lease);
        }

        base.Load(lease);
        keptUnreadable = "";
        absent.Clear();
    }

    public override long Look(CollectorStanding? standing, CancellationToken cancellation)
    {
        Moved = false;
        var segments = pulse.Answer(Source.Path, Scan, cancellation);
        var unread = 0L;
        try
        {
            Tell(new CollectorEvent(CollectorEventKind.Looked, Source.Path, Bytes: segments.Sum(Unread)) { Missing = Missing });
            foreach (var segment in segments)
            {
                if (standing is not null)
                {
                    Collect(segment, standing, cancellation);
                }

                unread += Unread(segment);
                Close(segment);
            }

            if (standing is not null)
            {
                Mark(standing.Lease!);
                if (follower.Unreadable?.Message is var unreadableNow && unreadableNow != keptUnreadable)
                {
                    Store.KeepUnreadable(Source.Known, unreadableNow, standing.Lease!);
                    keptUnreadable = unreadableNow;
                }

                foreach (var archive in unreadArchives.Where(a => toldUnread.Add(a.Path)))
                {
                    Tell(new CollectorEvent(CollectorEventKind.Unread, archive.Path, archive.Reason));
                }
            }
        }
        catch (StoreMovedException)
        {
            Load(lease: null);
            Moved = true;
        }
        finally
        {
            segments.ForEach(Close);
        }

        if (follower.Unreadable is { } unreadable && once && standing is not null)
        {
            throw unreadable;
        }

        var stranger = strange is { } what ? new StrangeLogException(what) : null;
        if (stranger is not null && once && standing is not null)
        {
            throw stranger;
        }

        TellNews(follower.Unreadable is { } cause ? $"{cause.Message}; waiting" : stranger is not null ? $"{stranger.Message}; waiting for its first record" : null);
        return unread;
    }

    public override void TellNews(Exception? failure = null) => TellNews(failure is null ? null : LogPatience.OfFailure(failure));

    public override NfsToolsException Failure(Exception failure) => new(
        $"{Source.Path}: it cannot be read: {failure.Message.TrimEnd('.')}.",
        failure is StrangeLogException ? StrangeLogException.Remedy : "Check the name of the live file, its owner and mode, and that its file system is mounted and answers; then run it again: it goes on where it was.", failure);

    private void TellNews(string? failure)
    {
        if (follower.TakeNews(failure) is { } news)
        {
            Tell(new CollectorEvent(CollectorEventKind.Waiting, Source.Path, news));
        }
    }

    private List<LogSegment> Scan()
    {
        var segments = follower.Scan(Generations);
        if (once && !follower.LiveExists && follower.Found.Count == 0)
        {
            throw new FileNotFoundException("there is no such file, and no archive of it");
        }

        unreadArchives = lookAlikes.Of(follower.Family, All);
        
        // Once anything of the log is stored, or the file was rotated, it is one, and what cannot be read of it is kept as rejects: so
        // nothing is lost of a file that only begins with damage.
        strange = follower.LiveExists && !Generations.Exists(g => g.LivePath == Source.Path) ? judge.What(Family.Growing) : null;
        if (strange is not null && segments.Find(s => s.Path == Family.Growing) is { } live)
        {
            segments.Remove(live);
            live.Dispose();
        }

        // To unpack archives may have taken longer than a lease lasts.
        SeenAt = time.GetTimestamp();
        _ = FileStatus.Of(Family.Growing, fresh: true);
        return segments;
    }

    private void Collect(LogSegment segment, CollectorStanding standing, CancellationToken cancellation)
    {
        Tell(new CollectorEvent(CollectorEventKind.Found, segment.Path, Bytes: Unread(segment)));
        foreach (var batch in Prefetch.Ahead(token => batches.Of(segment, token), LogBatches.IsLong, cancellation))
        {
            Commit(batch, standing.Lease!);
            LogChunk.Release(batch.Data);
            batches.TakeBack(batch.Jobs);

            // It may take long until all is read, and a batch renews the lease on its own cluster alone.
            standing.Renew();
        }
    }

    // A generation that is found nowhere in two looks running is missed: a name may change hands while one looks.
    private void Mark(StoreLease lease)
    {
        var changed = new List<LogGeneration>();
        if (Generations.Exists(g => g.Sight.Missing && !g.Accepted))
        {
            // Somebody may have accepted it meanwhile.
            var accepted = Store.AcceptedGenerations(Source.Cluster, Source.Format);
            Generations.ForEach(g => g.Accepted = accepted.Contains(g.Id));
        }

        foreach (var generation in Generations.Where(g => g.LivePath == Source.Path || follower.Found.Any(m => m.Generation == g)))
        {
            var sight = Sight(generation);
            if (sight != generation.Sight)
            {
                changed.Add(generation);
                var before = generation.Sight;
                generation.Sight = sight;
                if (sight.Missing != before.Missing)
                {
                    var message = sight.Missing ? GenerationStatus.Missing(generation.Position, sight.Size) : "found again";
                    Tell(new CollectorEvent(CollectorEventKind.Missing, Source.Path, $"generation {generation.Id}: {message}") { Missing = Missing });
                }
            }
        }

        if (changed.Count > 0)
        {
            Store.Mark(Source.Cluster, changed, lease);
        }
    }

    private LogSight Sight(LogGeneration generation)
    {
        var (sight, files) = (generation.Sight, follower.Found.Where(m => m.Generation == generation).ToList());
        if (files.Count > 0)
        {
            absent.Remove(generation);
            var size = files.Max(m => m.Size ?? 0);
            var ended = size == generation.Position && follower.LiveExists && !files.Exists(m => m.IsLive);

            // What was read needs no mark of its own.
            return new LogSight(size > generation.Position ? Math.Max(size, sight.Size) : sight.Size, ended, Missing: false);
        }

        // A file that begins like it is it, cut short: that is told by itself, or will be; but what was seen and not read is in none.
        var readAll = sight.Size <= generation.Position;
        if (sight.Ended || sight.Missing || !follower.LiveExists || !follower.KnowsAll || follower.Found.Any(m => m.Fingerprint == generation.Fingerprint && (readAll || m.Generation is null)))
        {
            return sight;
        }

        var again = !absent.Add(generation);
        Moved |= !again && once;
        return sight with { Missing = again };
    }

    // To close a file can take an answer too, e.g. on FUSE.
    private void Close(LogSegment segment)
    {
        using (pulse.Waiting(Source.Path))
        {
            segment.Dispose();
        }
    }

    private long Unread(LogSegment segment) => pulse.Ask(segment.Path, () => segment.Size - segment.Generation.Position);
}
