using System.Text;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Collecting;

/// <content>What went away before it was read, and how it is told.</content>
public abstract partial class RotationTests
{
    [Fact]
    public void A_generation_that_goes_away_before_it_was_seen_to_its_end_is_told_as_missing_until_it_is_found_again()
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(16);
        var whole = Bytes(records[..15]);
        File.WriteAllBytes(bed.Live, Bytes(records[..10]));
        bed.Collect();
        File.WriteAllBytes(bed.Live, Bytes(records[15..]));
        var (told, metrics) = (new Told(), new CollectorMetrics());
        metrics.Follow([new CollectorSource(bed.Live)], "s", isActive: true);

        bed.Collector(progress: told).Run(TestContext.Current.CancellationToken);
        bed.Collector(progress: metrics).Run(TestContext.Current.CancellationToken);

        var read = Bytes(records[..10]).Length;
        var sentence = $"last seen at byte {read} of at least {read}, not found since";
        Assert.Contains(sentence, Assert.Single(told.Events, e => e.Kind == CollectorEventKind.Missing).Message, StringComparison.Ordinal);
        Assert.Contains(sentence, Assert.Single(bed.Store.Verify().Differences), StringComparison.Ordinal);
        Assert.Contains(sentence, Assert.Single(CollectorStatus.Of(bed.Store), s => s.MissingSince is not null).Missing, StringComparison.Ordinal);
        Assert.Matches(@"nfstools_collector_missing_generations\{.*\} 1\n", metrics.ToString());

        File.WriteAllBytes(bed.Archive(1) + ".gz", PackedLog.Gzip(whole));
        bed.Collect();
        bed.AssertHolds(records);
        Assert.All(CollectorStatus.Of(bed.Store), s => Assert.Null(s.MissingSince));
    }

    [Fact]
    public void What_was_seen_and_not_read_is_missed_though_a_new_file_begins_with_the_same_line()
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(3);
        byte[] begun = [.. records[0].Bytes, .. records[1].Bytes[..^1]];
        File.WriteAllBytes(bed.Live, begun);
        bed.Collect();
        File.WriteAllBytes(bed.Live, [.. records[0].Bytes, .. records[2].Bytes[..(records[2].Bytes.Length / 2)]]);
        File.AppendAllText(bed.Live, "\n");
        bed.Collect(nulPatience: TimeSpan.Zero);
        bed.Collect(nulPatience: TimeSpan.Zero);

        Assert.Contains($"last seen at byte {records[0].Bytes.Length} of at least {begun.Length}, ", Assert.Single(bed.Store.Verify().Differences), StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_was_accepted_is_told_as_such_and_is_no_difference_until_it_comes_and_goes_again()
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(12);
        File.WriteAllBytes(bed.Live, Bytes(records[..10]));
        bed.Collect();
        File.WriteAllBytes(bed.Live, Bytes(records[10..11]));
        bed.Collect();
        var lost = Assert.Single(CollectorStatus.Of(bed.Store), s => s.MissingSince is not null).GenerationId;

        Assert.Contains("generation 77 is not missing", Assert.Throws<NfsToolsException>(() => bed.Store.AcceptMissing([lost, 77])).Message, StringComparison.Ordinal);
        Assert.False(bed.Store.Verify().Holds);
        bed.Store.AcceptMissing([lost]);

        Assert.True(bed.Store.Verify().Holds);
        Assert.Contains("accepted at 20", Assert.Single(bed.Store.Verify().Accepted), StringComparison.Ordinal);
        Assert.Contains("accepted at 20", Assert.Single(CollectorStatus.Of(bed.Store), s => s.AcceptedAt is not null).Missing, StringComparison.Ordinal);
        var metrics = new CollectorMetrics();
        metrics.Follow([new CollectorSource(bed.Live)], "s", isActive: true);
        bed.Collector(progress: metrics).Run(TestContext.Current.CancellationToken);
        Assert.Matches(@"nfstools_collector_missing_generations\{.*\} 0\n", metrics.ToString());

        File.WriteAllBytes(bed.Archive(1), Bytes(records[..10]));
        File.WriteAllBytes(bed.Live, Bytes(records[10..]));
        bed.Collect();
        Assert.Empty(bed.Store.Verify().Accepted);
        bed.AssertHolds(records);
    }

    [Fact]
    public void An_unread_tail_that_was_seen_is_counted_in_what_is_missing()
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(3);
        byte[] begun = [.. records[0].Bytes, .. records[1].Bytes[..50]];
        File.WriteAllBytes(bed.Live, begun);
        bed.Collect();
        File.WriteAllBytes(bed.Live, records[2].Bytes);
        bed.Collect();

        Assert.Contains($"last seen at byte {records[0].Bytes.Length} of at least {begun.Length}, ", Assert.Single(bed.Store.Verify().Differences), StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_that_was_read_to_its_end_is_not_missed_when_it_is_removed_nor_is_a_log_without_a_newer_file()
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(3);
        File.WriteAllBytes(bed.Archive(1), records[0].Bytes);
        File.WriteAllBytes(bed.Live, records[1].Bytes);
        bed.Collect();
        File.Delete(bed.Archive(1));
        bed.Collect();
        bed.AssertHolds(records[..2]);

        // Between two steps of a rotation.
        File.Move(bed.Live, bed.Archive(1));
        bed.Collect();
        File.Delete(bed.Archive(1));
        Assert.Throws<NfsToolsException>(() => bed.Collect());
        bed.AssertHolds(records[..2]);
    }
}
