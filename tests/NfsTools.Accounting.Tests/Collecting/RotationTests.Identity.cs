using System.Text;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Collecting;

/// <content>Which file is which, whatever their first lines.</content>
public abstract partial class RotationTests
{
    [Fact]
    public void One_content_under_several_names_is_read_once()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 6);
        File.Copy(bed.Live, bed.Archive(0));
        File.Copy(bed.Live, bed.Archive(1));
        bed.Collect();
        Append(writer, 2);
        bed.Collect();

        bed.AssertHolds(writer.Truth);
        Assert.Equal(1, bed.Store.Verify().Generations);
    }

    [Fact]
    public void A_file_that_begins_like_another_but_goes_on_differently_is_a_generation_of_its_own()
    {
        using var bed = new CollectorBed(kind);
        var records = Enumerable.Range(0, 8).Select(_ => generator.Next()).ToList();
        File.WriteAllBytes(bed.Live, [.. records[..3].SelectMany(r => r.Bytes)]);
        bed.Collect();
        File.WriteAllBytes(bed.Live, [.. records[0].Bytes, .. records[3..].SelectMany(r => r.Bytes)]);
        bed.Collect();

        bed.AssertHolds(records);
        Assert.Equal(2, bed.Store.Verify().Generations);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Files_with_the_same_first_line_are_all_read_whatever_their_sizes(bool collectBetween)
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(11);
        File.WriteAllBytes(bed.Live, Bytes(records[..4]));
        CollectIf(collectBetween);
        File.Move(bed.Live, bed.Archive(1));
        File.WriteAllBytes(bed.Live, Bytes([records[0], records[4], records[5]]));
        CollectIf(collectBetween);

        // By copying and truncating this time; the third one has the size of the first.
        File.Move(bed.Archive(1), bed.Archive(2));
        File.Copy(bed.Live, bed.Archive(1));
        File.WriteAllBytes(bed.Live, records[0].Bytes);
        CollectIf(collectBetween);
        File.AppendAllBytes(bed.Live, Bytes(records[6..]));
        bed.Collect();

        bed.AssertHolds(records);
        Assert.Equal(3, bed.Store.Verify().Generations);
        Assert.Equal(0, bed.Collect().Bytes);

        void CollectIf(bool wanted) => _ = wanted ? bed.Collect() : null;
    }

    [Fact]
    public void Two_files_that_agree_in_all_that_was_read_and_go_on_differently_are_both_read()
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(7);
        File.WriteAllBytes(bed.Live, Bytes(records[..3]));
        bed.Collect();
        File.WriteAllBytes(bed.Archive(1), Bytes(records[..5]));
        File.WriteAllBytes(bed.Live, Bytes([.. records[..3], .. records[5..]]));
        bed.Collect();

        bed.AssertHolds(records);
        Assert.Equal(2, bed.Store.Verify().Generations);
    }

    [Theory]
    [InlineData("record")]
    [InlineData("empty")]
    [InlineData("none")]
    public void A_log_that_was_truncated_and_written_to_is_read_once_it_is_rotated(string newer)
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(14);
        File.WriteAllBytes(bed.Live, Bytes(records[..10]));
        bed.Collect();
        File.WriteAllBytes(bed.Live, Bytes([.. records[..5], .. records[10..13]]));
        var told = new Told();
        bed.Collector(progress: told).Run(TestContext.Current.CancellationToken);
        Assert.Contains("were read of it before", Assert.Single(told.Events, e => e.Kind == CollectorEventKind.Waiting).Message, StringComparison.Ordinal);
        bed.AssertHolds(records[..10]);
        File.Move(bed.Live, bed.Archive(1));
        if (newer != "none")
        {
            File.WriteAllBytes(bed.Live, newer == "record" ? records[13].Bytes : []);
        }

        bed.Collect();

        bed.AssertHolds(newer == "record" ? records : records[..13]);
    }

    [Fact]
    public void A_log_that_was_truncated_is_read_after_a_patience_though_it_is_not_rotated()
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(8);
        File.WriteAllBytes(bed.Live, Bytes(records[..5]));
        bed.Collect();
        File.WriteAllBytes(bed.Live, Bytes([records[0], .. records[5..7]]));
        bed.Collect(nulPatience: TimeSpan.Zero);
        bed.AssertHolds(records[..7]);
        File.AppendAllBytes(bed.Live, records[7].Bytes);
        bed.Collect();

        bed.AssertHolds(records);
    }

    [Fact]
    public void A_file_that_has_the_first_and_the_last_lines_of_another_and_differs_between_is_a_generation_of_its_own()
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(14);
        var end = Bytes(records[4..]);
        var between = records[1..4].OrderByDescending(r => r.Bytes.Length).ToList();

        // Of one length, so that the ends stand at the same place: a comment fills the other up.
        var missing = between[0].Bytes.Length - between[2].Bytes.Length;
        Assert.True(missing >= 2);
        var comment = Encoding.ASCII.GetBytes($"#{new string('x', missing - 2)}\n");
        File.WriteAllBytes(bed.Live, [.. records[0].Bytes, .. between[0].Bytes, .. end]);
        bed.Collect();
        File.Move(bed.Live, bed.Archive(1));
        File.WriteAllBytes(bed.Live, [.. records[0].Bytes, .. between[2].Bytes, .. comment, .. end]);

        bed.Collect();

        bed.AssertHolds([records[0], between[0], between[2], .. records[4..]]);
    }
}
