using System.Text;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Collecting;

/// <content>Archives: how they are found, in what order, and what may be wrong with them.</content>
public abstract partial class RotationTests
{
    [Fact]
    public void A_copy_that_is_still_being_made_does_not_hold_back_the_live_file()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 6);
        File.WriteAllBytes(bed.Archive(0), File.ReadAllBytes(bed.Live)[..2500]);
        bed.Collect();
        File.WriteAllBytes(bed.Archive(0), File.ReadAllBytes(bed.Live)[..3500]);
        Append(writer, 2);
        bed.Collect();

        bed.AssertHolds(writer.Truth);
    }

    [Fact]
    public void Archives_with_holes_in_their_numbers_are_found()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 3);
        writer.Rotate(LogRotation.Rename);
        File.Move(bed.Archive(1), bed.Archive(16));
        Append(writer, 3);

        bed.Collect();

        bed.AssertHolds(writer.Truth);
    }

    [Fact]
    public void More_archives_than_are_open_at_once_are_all_read_by_one_run()
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(40);
        for (var i = 0; i < 40; i++)
        {
            File.WriteAllBytes(i == 39 ? bed.Live : bed.Archive(39 - i), records[i].Bytes);
        }

        bed.Collect();

        bed.AssertHolds(records);
        Assert.Equal(40, bed.Store.Verify().Generations);
    }

    [Theory]
    [InlineData("gz")]
    [InlineData("zst")]
    [InlineData("bz2")]
    public void The_unread_end_of_an_archive_that_was_compressed_is_read(string ending)
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(16);
        File.WriteAllBytes(bed.Live, Bytes(records[..10]));
        bed.Collect();
        var archive = Bytes(records[..15]);
        File.Delete(bed.Live);
        File.WriteAllBytes($"{bed.Archive(1)}.{ending}", ending switch { "gz" => PackedLog.Gzip(archive), "zst" => PackedLog.Zstd(archive), _ => PackedLog.Bzip2(archive) });
        File.WriteAllBytes(bed.Live, records[15].Bytes);
        bed.Collect();

        bed.AssertHolds(records);
        Assert.Equal(2, bed.Store.Verify().Generations);
        File.Move($"{bed.Archive(1)}.{ending}", $"{bed.Archive(2)}.{ending}");
        Assert.Equal(0, bed.Collect().Bytes);
    }

    [Fact]
    public void A_compressed_archive_named_as_the_log_is_read_by_a_single_run()
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(3);
        File.WriteAllBytes(bed.Archive(1) + ".gz", PackedLog.Gzip(Bytes(records)));

        bed.Collect(path: bed.Archive(1) + ".gz");

        bed.AssertHolds(records);
    }

    [Fact]
    public void An_archive_that_cannot_be_unpacked_is_an_error_and_read_once_it_is_whole()
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(5);
        var packed = PackedLog.Gzip(Bytes(records[..4]));
        File.WriteAllBytes(bed.Archive(1) + ".gz", packed[..^20]);
        File.WriteAllBytes(bed.Live, records[4].Bytes);

        var error = Assert.Throws<NfsToolsException>(() => bed.Collect());

        Assert.Contains(bed.Archive(1) + ".gz", error.Message, StringComparison.Ordinal);
        var incomplete = bed.Store.Verify();
        Assert.Equal((1, records[4].Bytes.Length), (incomplete.Jobs, incomplete.Bytes));
        Assert.StartsWith($"{bed.Archive(1)}.gz: it is compressed and cannot be unpacked to its end", Assert.Single(incomplete.Differences), StringComparison.Ordinal);
        File.WriteAllBytes(bed.Archive(1) + ".gz", packed);
        bed.Collect();
        bed.AssertHolds(records);
    }

    [Fact]
    public void Archives_that_a_pattern_names_are_read_oldest_first_and_once_whatever_else_they_are_called()
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(12);
        var elsewhere = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(bed.Live)!, "old")).FullName;
        var files = new (string Path, byte[] Bytes)[]
        {
            (Path.Combine(elsewhere, "lsb.acct-3.gz"), PackedLog.Gzip(Bytes(records[..3]))),
            ($"{bed.Live}-20231114", Bytes(records[3..6])),
            ($"{bed.Live}-20231114.copy", Bytes(records[3..6])),
            ($"{bed.Live}.20231115.bz2", PackedLog.Bzip2(Bytes(records[6..9]))),
            (bed.Archive(1), Bytes(records[9..11])),
        };
        foreach (var ((path, bytes), age) in files.Select((f, i) => (f, files.Length - i)))
        {
            File.WriteAllBytes(path, bytes);
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-age));
        }

        File.WriteAllBytes(bed.Live, Bytes(records[11..]));
        Directory.CreateDirectory($"{bed.Live}-directory");
        var told = new Told();

        new Collector(bed.Store, new CollectorOptions { Sources = [new CollectorSource(bed.Live) { Archives = ["lsb.acct?2*", "old/*.gz"] }], Once = true, NulPatience = TimeSpan.FromDays(1) }, told)
            .Run(TestContext.Current.CancellationToken);

        bed.AssertHolds(records);
        Assert.Equal(
            [files[0].Path, files[1].Path, files[3].Path, files[4].Path, bed.Live],
            told.Events.Where(e => e.Kind == CollectorEventKind.Committed).Select(e => e.Path.Replace(".copy", "", StringComparison.Ordinal)));
        Assert.DoesNotContain(told.Events, e => e.Kind is CollectorEventKind.Unread or CollectorEventKind.Missing);
        Assert.Empty(UnreadArchive.Of(bed.Store));
        Assert.All(CollectorStatus.Of(bed.Store), s => Assert.Equal(0, s.LagBytes));
        Assert.Equal(0, bed.Collect().Bytes);
    }

    [Theory]
    [InlineData("-20231114")]
    [InlineData(".old")]
    [InlineData(".bak")]
    [InlineData("~")]
    [InlineData("-20231114.gz")]
    [InlineData(".1.lz4")]
    public void A_file_that_looks_like_an_archive_and_is_not_read_is_told_once_and_in_status(string ending)
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(2);
        var packed = ending.EndsWith(".gz", StringComparison.Ordinal) ? PackedLog.Gzip(records[0].Bytes) : ending.EndsWith("lz4", StringComparison.Ordinal) ? [0x04, 0x22, 0x4d, 0x18, 1] : records[0].Bytes;
        File.WriteAllBytes(bed.Live + ending, packed);
        File.WriteAllText($"{bed.Live}.notes", "no log at all\n");
        File.WriteAllBytes(bed.Live, records[1].Bytes);
        var told = new Told();

        bed.Collector(progress: told).Run(TestContext.Current.CancellationToken);

        bed.AssertHolds([records[1]]);
        var unread = Assert.Single(told.Events, e => e.Kind == CollectorEventKind.Unread);
        Assert.Equal(bed.Live + ending, unread.Path);
        Assert.Contains(ending.EndsWith("lz4", StringComparison.Ordinal) ? "unpacked first" : "--archives", unread.Message, StringComparison.Ordinal);
        Assert.Equal(bed.Live + ending, Assert.Single(UnreadArchive.Of(bed.Store)).Path);
    }

    [Fact]
    public void A_live_name_that_is_a_link_to_a_file_with_a_date_is_no_unread_archive_and_nor_is_another_log()
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(2);
        File.WriteAllBytes($"{bed.Live}-20231114", records[0].Bytes);
        File.CreateSymbolicLink(bed.Live, $"{bed.Live}-20231114");
        File.WriteAllBytes($"{bed.Live}2", records[1].Bytes);
        var told = new Told();

        new Collector(bed.Store, new CollectorOptions { Sources = [new CollectorSource(bed.Live), new CollectorSource($"{bed.Live}2")], Once = true }, told).Run(TestContext.Current.CancellationToken);

        Assert.DoesNotContain(told.Events, e => e.Kind == CollectorEventKind.Unread);
        Assert.Empty(UnreadArchive.Of(bed.Store));
    }

    [Fact]
    public void Archives_with_dates_for_numbers_are_read_by_themselves_oldest_first()
    {
        using var bed = new CollectorBed(kind);
        var records = Jobs(4);
        string[] names = [$"{bed.Live}.20231113", $"{bed.Live}.20231114.gz", $"{bed.Live}.202311150000", bed.Live];
        foreach (var (name, i) in names.Select((n, i) => (n, i)))
        {
            File.WriteAllBytes(name, name.EndsWith(".gz", StringComparison.Ordinal) ? PackedLog.Gzip(records[i].Bytes) : records[i].Bytes);
            File.SetLastWriteTimeUtc(name, DateTime.UtcNow.AddDays(i - names.Length));
        }

        var told = new Told();
        bed.Collector(progress: told).Run(TestContext.Current.CancellationToken);

        bed.AssertHolds(records);
        Assert.Equal(names, told.Events.Where(e => e.Kind == CollectorEventKind.Committed).Select(e => e.Path));
    }

    [Fact]
    public void An_archive_that_is_no_file_holds_nothing_up()
    {
        using var bed = new CollectorBed(kind);
        using (var make = System.Diagnostics.Process.Start("mkfifo", [bed.Archive(1)]))
        {
            make.WaitForExit();
        }

        var records = Jobs(1);
        File.WriteAllBytes(bed.Live, records[0].Bytes);

        bed.Collect();

        bed.AssertHolds(records);
    }
}
