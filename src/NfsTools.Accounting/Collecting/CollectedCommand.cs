using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.FileSystems;
using NfsTools.Jobs;
using NfsTools.Watching;

namespace NfsTools.Accounting.Collecting;

/// <summary>A command as a collector sees it: which time it is asked about, when, and how its answers get into the store, each whole or not at all.</summary>
internal sealed class CollectedCommand : CollectedSource
{
    // Answers of about this size, in bytes, are wished for: one is held in memory, and stored in one transaction.
    private const int SmallAnswer = 1 << 20;
    private const int LargeAnswer = 4 << 20;
    private static readonly TimeSpan FirstStep = TimeSpan.FromDays(1);
    private static readonly TimeSpan MostStep = TimeSpan.FromDays(20 * 365);
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(1);
    private readonly IAccountingFormat format;
    private readonly SourceCommand command;
    private readonly CollectorPulse pulse;
    private readonly TimeProvider time;
    private readonly bool once;
    private readonly BackOff retries = new() { Most = TimeSpan.FromMinutes(1) };
    private AnsweredTimes answered = new([], 0);
    private TimeSpan step = FirstStep;

    // What is asked about in this round: from behind the last answer of it up to its begin.
    private (long Reached, long End)? round;
    private bool asked;
    private (long Since, TimeSpan Wait, CommandFailedException Failure)? failed;
    private string? told;

    // The last question in the store was not answered.
    private bool isFailureKept;

    public CollectedCommand(CollectorSource source, AccountingStore store, CollectorOptions options, IProgress<CollectorEvent>? progress, CollectorPulse pulse, TimeProvider time)
        : base(source, store, progress) => (command, format, this.pulse, this.time, once) = (source.Command!, RecordFormats.Get(source.Format), pulse, time, options.Once);

    /// <inheritdoc/>
    public override TimeSpan? Due => failed is { } before ? TimeSpan.FromSeconds(Math.Max(0, (before.Wait - time.GetElapsedTime(before.Since)).TotalSeconds))
        : answered.Asked(Now) is { } last ? TimeSpan.FromSeconds(Math.Max(1, command.PollInterval.TotalSeconds - (Now - last))) : null;

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    public override void Load(StoreLease? lease)
    {
        base.Load(lease);
        var all = Store.Answers(Source.Known);
        isFailureKept = all is [.., { IsFailure: true }];
        answered = new AnsweredTimes(all.Where(a => !a.IsFailure), (long)Math.Ceiling(command.Lag.TotalSeconds));
        round = null;
    }

    /// <inheritdoc/>
    /// <remarks>Who may not write asks nothing, and sees that the command is there.</remarks>
    public override long Look(CollectorStanding? standing, CancellationToken cancellation)
    {
        Moved = false;
        if (standing is null && !command.For(0, 0, null).CanStart())
        {
            throw new CommandFailedException("there is no such command, or it may not be executed");
        }

        if (failed is { } before && time.GetElapsedTime(before.Since) < before.Wait && !once)
        {
            throw before.Failure;
        }

        while (standing is not null && !cancellation.IsCancellationRequested && Next() is { } next)
        {
            try
            {
                Ask(next.Since, next.Until, standing, cancellation);
                (failed, asked) = (null, true);
                retries.Reset();
            }
            catch (CommandFailedException e)
            {
                // A shorter time may be answered.
                var isShort = step <= TimeSpan.FromSeconds(1);
                step = isShort ? step : step / 2;
                if (!e.IsTooLong || isShort)
                {
                    failed = (time.GetTimestamp(), retries.Next(), e);
                    KeepFailure(next.Since, standing.Lease!);
                    throw;
                }
            }
            catch (StoreMovedException)
            {
                Load(lease: null);
                Moved = true;
                return 0;
            }
        }

        SeenAt = time.GetTimestamp();
        Tell(new CollectorEvent(CollectorEventKind.Looked, Source.Path));
        TellNews();
        return 0;
    }

    public override void TellNews(Exception? failure = null)
    {
        var news = failure is null ? null : $"no answer: {failure.Message}; asking again";
        if (news != told)
        {
            Tell(new CollectorEvent(CollectorEventKind.Waiting, Source.Path, news ?? "it answers again"));
        }

        told = news;
    }

    public override NfsToolsException Failure(Exception failure) => new(
        $"{Source.Path}: no answer: {failure.Message.TrimEnd('.')}.",
        $"Run {command.Words[0]} by hand as the collector's user. Nothing is lost: the same time is asked about again.", failure);

    // The time that is due; null where none is.
    private (long Since, long Until)? Next()
    {
        if (round is null)
        {
            var now = Now;
            if (once ? asked : answered.Asked(now) is { } last && now - last < command.PollInterval.TotalSeconds)
            {
                return null;
            }

            round = (answered.Settled(command.Since.ToUnixTimeSeconds(), now), now);
        }

        var (reached, end) = round.Value;
        var until = (long)Math.Min(end, reached + Math.Max(1, step.TotalSeconds));

        // By another collector, in this second.
        if (reached >= end || answered.Has(reached, until, Now))
        {
            round = null;
            return null;
        }

        return (reached, until);
    }

    private void Ask(long since, long until, CollectorStanding standing, CancellationToken cancellation)
    {
        var now = Now;
        var answer = Answer(command.For(since, until, Source.Settings.TimeZone), standing, cancellation);
        answer = command.Listing is null ? answer : About(ListedJobs.Of(answer.Span), standing, cancellation);
        if (format.ErrorIn(answer.Span) is { } error)
        {
            throw new CommandFailedException($"its answer tells of an error: {SafeText.Escaped(error)}");
        }

        if (StrangeContent.Find(answer.Span, format) is { } what)
        {
            throw new CommandFailedException($"what it wrote is no answer in the format {format.Name}: it is {what}");
        }

        var time = new AnsweredTime(since, until, now, isFailureKept);
        if (answer.IsEmpty)
        {
            Store.KeepAnswer(Source.Known, time, standing.Lease!);
            Moved = true;
        }
        else
        {
            Tell(new CollectorEvent(CollectorEventKind.Found, Source.Path, Bytes: answer.Length));
            Commit(Batch(answer, time), standing.Lease!);
        }

        answered.Add(time);
        isFailureKept = false;
        round = (until, round!.Value.End);
        step = answer.Length > LargeAnswer ? TimeSpan.FromSeconds(Math.Max(1, step.TotalSeconds / 2)) : answer.Length < SmallAnswer && step < MostStep ? step * 2 : step;
    }

    // Whoever asks next, another collector too, is to know that the lag begins anew.
    private void KeepFailure(long since, StoreLease lease)
    {
        if (!isFailureKept)
        {
            Store.KeepAnswer(Source.Known, AnsweredTime.Failed(since, Now), lease);
            isFailureKept = true;
        }
    }

    private ReadOnlyMemory<byte> About(IEnumerable<string> jobs, CollectorStanding standing, CancellationToken cancellation)
    {
        var all = new MemoryStream();
        foreach (var some in jobs.Chunk(ListedJobs.MostOfWord))
        {
            var answer = Answer(command.About(some, Source.Settings.TimeZone), standing, cancellation);
            ListedJobs.RequireAll(some, answer.Span);
            if (all.Length + answer.Length > CommandAnswer.MostBytes)
            {
                throw CommandAnswer.TooLong();
            }

            all.Write(answer.Span);
        }

        return all.GetBuffer().AsMemory(0, (int)all.Length);
    }

    // It may take as long as it may: meanwhile the lease is kept.
    private ReadOnlyMemory<byte> Answer(ChildCommand asking, CollectorStanding standing, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var answer = Task.Factory.StartNew(() => CommandAnswer.Of(asking, command.Timeout, time, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            using (pulse.Waiting(null))
            {
                while (Task.WaitAny([answer], SignOfLife) < 0)
                {
                    standing.Lease!.Prove(time.GetTimestamp());
                    standing.Renew();
                }
            }
        }
        catch
        {
            stop.Cancel();
            Task.WaitAny([answer], CancellationToken.None);
            throw;
        }

        return answer.GetAwaiter().GetResult();
    }

    // Answers follow each other in one generation as long as they are read in the same way. An older one is never gone on with: of two
    // answers about one job the later one stands behind the other.
    private CommitBatch Batch(ReadOnlyMemory<byte> answer, AnsweredTime answeredTime)
    {
        var parser = new RecordParser(format, Source.Settings).Begin(answer.Span);
        var fingerprint = CommandLog.FingerprintOf(Source.Path, parser.Context);
        var last = Generations.Where(g => g.LivePath == Source.Path && CommandLog.Is(g.Fingerprint)).MaxBy(g => g.Id);
        var generation = last?.Fingerprint == fingerprint ? last : new LogGeneration
        {
            Fingerprint = fingerprint,
            Variant = Generations.Where(g => g.Fingerprint == fingerprint).Select(g => g.Variant + 1).DefaultIfEmpty().Max(),
            TimeZone = Source.Settings.TimeZone,
        };
        var units = new List<RecordUnit>();
        new RecordReader(parser).Read(answer, final: true, acceptNuls: true, units);
        return new CommitBatch
        {
            Cluster = Source.Cluster,
            Format = format,
            LivePath = Source.Path,
            Path = Source.Path,
            Generation = generation,
            Start = generation.Position,
            Data = answer,
            Units = units,
            Answered = answeredTime,
            ReadAt = time.GetTimestamp(),
        };
    }
}
