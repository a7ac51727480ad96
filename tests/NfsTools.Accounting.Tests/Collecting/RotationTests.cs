using System.Text;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Collecting;

public abstract class RotationTests(StoreKind kind)
{
    private readonly LsfLogGenerator generator = new(21, new LsfGeneratorOptions());

    [Theory]
    [InlineData(LogRotation.Rename)]
    [InlineData(LogRotation.CopyUnlinkRenumber)]
    [InlineData(LogRotation.CopyTruncate)]
    public void A_rotation_loses_nothing_and_repeats_nothing(LogRotation how)
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 5);
        bed.Collect();
        Append(writer, 3);
        writer.Rotate(how);
        Append(writer, 4);

        bed.Collect();

        bed.AssertHolds(writer.Truth);
        bed.AssertKeepsFiles();
        Assert.Equal(0, bed.Collect().Bytes);
    }

    [Theory]
    [InlineData(LogRotation.Rename)]
    [InlineData(LogRotation.CopyUnlinkRenumber)]
    [InlineData(LogRotation.CopyTruncate)]
    public void Several_rotations_while_nobody_collected_are_caught_up(LogRotation how)
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 2);
        bed.Collect();
        for (var i = 0; i < 12; i++)
        {
            Append(writer, 3);
            writer.Rotate(how);
        }

        Append(writer, 1);
        bed.Collect();

        bed.AssertHolds(writer.Truth);
        bed.AssertKeepsFiles();
        Assert.Equal(13, bed.Store.Verify().Generations);
    }

    [Fact]
    public void A_long_random_history_of_writes_rotations_and_collections_ends_complete()
    {
        var random = new Random(31);
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer(new LogWriterOptions { Torn = true });
        for (var step = 0; step < 150; step++)
        {
            switch (random.Next(6))
            {
                case 0:
                    writer.Rotate((LogRotation)random.Next(3));
                    break;
                case 1 or 2:
                    bed.Collect();
                    break;
                default:
                    Append(writer, random.Next(1, 20));
                    break;
            }
        }

        Append(writer, 1);
        bed.Collect();

        bed.AssertHolds(writer.Truth);
        bed.AssertKeepsFiles();
    }

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
    public void A_file_that_is_away_for_a_while_goes_on_where_it_was()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 3);
        bed.Collect();
        File.Move(bed.Live, bed.Live + "-away");
        Assert.Throws<NfsToolsException>(() => bed.Collect());
        File.Move(bed.Live + "-away", bed.Live);
        Append(writer, 2);
        bed.Collect();

        bed.AssertHolds(writer.Truth);
    }

    [Fact]
    public void A_log_that_never_was_is_an_error_that_names_it()
    {
        using var bed = new CollectorBed(kind);

        var error = Assert.Throws<NfsToolsException>(() => bed.Collect());

        Assert.Contains(bed.Live, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_that_goes_back_for_a_moment_is_waited_out()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 8);
        bed.Collect();
        var whole = File.ReadAllBytes(bed.Live);
        File.WriteAllBytes(bed.Live, whole[..(whole.Length / 2)]);
        Assert.Equal(0, bed.Collect().Bytes);
        File.WriteAllBytes(bed.Live, whole);
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

    [Fact]
    public async Task A_followed_log_is_committed_as_it_grows_and_through_rotations()
    {
        using var bed = new CollectorBed(kind);
        using var writer = bed.Writer();
        Append(writer, 2);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var told = new Told();
        var running = Task.Run(() => bed.Collector(once: false, progress: told).Run(stop.Token), CancellationToken.None);
        async Task AwaitRecords(long count)
        {
            while (count > 0)
            {
                count -= (await told.Next(CollectorEventKind.Committed)).Records;
            }
        }

        await AwaitRecords(2);
        foreach (var how in Enum.GetValues<LogRotation>())
        {
            Append(writer, 3);
            await AwaitRecords(3);
            writer.Rotate(how);
            Append(writer, 2);
            await AwaitRecords(2);
        }

        await stop.CancelAsync();
        await running;
        bed.AssertHolds(writer.Truth);
    }

    private static byte[] Bytes(IEnumerable<GeneratedRecord> records) => [.. records.SelectMany(r => r.Bytes)];

    private GeneratedRecord[] Jobs(int count)
    {
        var jobs = new List<GeneratedRecord>();
        while (jobs.Count < count)
        {
            if (generator.Next() is { Kind: GeneratedKind.Job } job)
            {
                jobs.Add(job);
            }
        }

        return [.. jobs];
    }

    private void Append(LogWriter writer, int records)
    {
        for (var i = 0; i < records; i++)
        {
            writer.Append(generator.Next());
        }
    }
}

/// <inheritdoc/>
public sealed class SqliteRotationTests() : RotationTests(StoreKind.Sqlite);

/// <inheritdoc/>
[Trait("Store", "PostgreSQL")]
public sealed class PostgreSqlRotationTests() : RotationTests(StoreKind.PostgreSql);
