using System.Text;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Collecting;

/// <content>Lines without an end, and bytes that another host has not written back.</content>
public abstract partial class RotationTests
{
    [Fact]
    public void An_unfinished_last_line_waits_for_its_newline()
    {
        using var bed = new CollectorBed(kind);
        var (first, second) = (generator.Next(), generator.Next());
        File.WriteAllBytes(bed.Live, [.. first.Bytes, .. second.Bytes[..^1]]);
        bed.Collect();
        bed.AssertHolds([first]);
        File.WriteAllBytes(bed.Live, [.. first.Bytes, .. second.Bytes]);
        bed.Collect();

        bed.AssertHolds([first, second]);
    }

    [Fact]
    public void An_unfinished_last_line_is_taken_as_it_is_once_the_writer_has_begun_a_newer_file()
    {
        using var bed = new CollectorBed(kind);
        var records = Enumerable.Range(0, 5).Select(_ => generator.Next()).ToList();
        File.WriteAllBytes(bed.Archive(2), [.. records[0].Bytes, .. records[1].Bytes[..^1]]);
        File.WriteAllBytes(bed.Archive(1), [.. records[2].Bytes, .. records[3].Bytes[..200]]);
        bed.Collect();
        Assert.Equal(3, bed.Store.Verify().Jobs);
        File.WriteAllBytes(bed.Live, records[4].Bytes);
        bed.Collect();

        bed.AssertHolds([records[0], records[1], records[2], records[4]]);
        Assert.Equal(200, Assert.Single(bed.Store.Rejects()).Length);
    }

    [Fact]
    public void Nul_bytes_are_waited_for_and_read_once_they_are_filled_in()
    {
        using var bed = new CollectorBed(kind);
        var records = Enumerable.Range(0, 4).Select(_ => generator.Next()).ToList();
        var whole = records.SelectMany(r => r.Bytes).ToArray();
        var holed = whole.ToArray();
        holed.AsSpan(records[0].Bytes.Length + 10, 300).Clear();
        File.WriteAllBytes(bed.Live, holed);
        bed.Collect();
        bed.AssertHolds(records[..1]);
        File.WriteAllBytes(bed.Live, whole);
        bed.Collect();

        bed.AssertHolds(records);
        Assert.Empty(bed.Store.Rejects());
    }

    [Fact]
    public void A_hole_of_any_length_is_passed_once_its_patience_is_over()
    {
        using var bed = new CollectorBed(kind);
        var generator = new LsfLogGenerator(7, new LsfGeneratorOptions());
        var (first, second) = (generator.Next(), generator.Next());
        const long Hole = 18L << 20;
        using (var file = File.Create(bed.Live))
        {
            file.Write(first.Bytes);
            file.Seek(Hole, SeekOrigin.Current);
            file.Write(second.Bytes);
        }

        bed.Collect();
        bed.AssertHolds([first]);

        bed.Collect(nulPatience: TimeSpan.Zero);

        bed.AssertHolds([first, second]);
        Assert.Equal(Hole, bed.Store.Rejects().Sum(r => r.Length));
    }

    [Fact]
    public void A_record_as_long_as_the_limit_allows_is_collected_wherever_it_stands()
    {
        using var bed = new CollectorBed(kind);
        var generator = new LsfLogGenerator(8, new LsfGeneratorOptions());
        var around = Enumerable.Range(0, 3000).Select(_ => generator.Next()).ToList();
        var wide = Encoding.Latin1.GetString(generator.Next().Bytes);
        var command = wide.IndexOf("\" 64 ", StringComparison.Ordinal) is var at && at > 0 ? at : wide.IndexOf("\" 32 ", StringComparison.Ordinal);
        wide = wide.Insert(command, new string('n', 6 << 20));
        File.WriteAllBytes(bed.Live, [.. around.SelectMany(r => r.Bytes), .. Encoding.Latin1.GetBytes(wide), .. generator.Next().Bytes]);

        var summary = bed.Collect();

        Assert.Equal((3002L, 0L), (summary.Records, summary.Rejects));
    }

    [Fact]
    public void Nul_bytes_that_stay_become_rejects_and_hold_nothing_back_for_ever()
    {
        using var bed = new CollectorBed(kind);
        var records = Enumerable.Range(0, 4).Select(_ => generator.Next()).ToList();
        var holed = records.SelectMany(r => r.Bytes).ToArray();
        var hole = records[0].Bytes.Length;
        holed.AsSpan(hole, records[1].Bytes.Length).Clear();
        File.WriteAllBytes(bed.Live, holed);

        bed.Collect(nulPatience: TimeSpan.Zero);

        bed.AssertHolds([records[0], records[2], records[3]]);
        bed.AssertKeepsFiles();
        var reject = Assert.Single(bed.Store.Rejects());
        Assert.Equal((hole, records[1].Bytes.Length), (reject.Offset, reject.Length));
    }

    [Fact]
    public void Nul_bytes_in_the_first_line_are_told_of_and_hold_the_log_back_no_longer_than_others()
    {
        using var bed = new CollectorBed(kind);
        var records = Enumerable.Range(0, 3).Select(_ => generator.Next()).ToList();
        var holed = records.SelectMany(r => r.Bytes).ToArray();
        holed.AsSpan(20, 30).Clear();
        File.WriteAllBytes(bed.Live, holed);
        var told = new Told();

        bed.Collector(progress: told).Run(TestContext.Current.CancellationToken);
        Assert.Contains("NUL bytes", Assert.Single(told.Events, e => e.Kind == CollectorEventKind.Waiting).Message, StringComparison.Ordinal);
        Assert.Empty(bed.Store.Generations());
        bed.Collect(nulPatience: TimeSpan.Zero);
        bed.AssertHolds(records[1..]);

        // Whoever begins anew knows the file again, and does not wait once more.
        File.AppendAllText(bed.Live, System.Text.Encoding.UTF8.GetString(generator.Next().Bytes));
        Assert.Equal(1, bed.Collect().Records);
    }

    [Fact]
    public void The_hole_that_copy_truncate_leaves_under_a_writer_that_does_not_append_costs_no_record()
    {
        using var bed = new CollectorBed(kind);
        var records = Enumerable.Range(0, 4).Select(_ => generator.Next()).ToList();
        File.WriteAllBytes(bed.Archive(1), [.. records[0].Bytes, .. records[1].Bytes]);
        File.WriteAllBytes(bed.Live, [.. new byte[records[0].Bytes.Length + records[1].Bytes.Length], .. records[2].Bytes]);
        bed.Collect();
        bed.AssertHolds(records[..2]);
        File.Move(bed.Archive(1), bed.Archive(2));
        File.Move(bed.Live, bed.Archive(1));
        File.WriteAllBytes(bed.Live, records[3].Bytes);
        bed.Collect();

        bed.AssertHolds(records);
    }
}
