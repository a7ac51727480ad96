using System.Text;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Formats.Lsf;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Formats;

public sealed class LsfFormatTests
{
    // A whole record of LSF 10.1.0.8, as its grammar has it.
    private const string Record =
        "\"JOB_FINISH\" \"10.108\" 1700000100 42 1001 33554450 2 1700000000 0 0 1700000040 \"ann\" \"night\" \"select[mem>1]\" \"done(41)\" \"\" \"login1\" \"/home/ann\" \"\" \"out\" \"err\" \"1700000000.42\" "
        + "1 \"n1\" 3 \"n1\" \"n1\" \"n2\" 64 60.0 \"sim\" \"run \"\"x y\"\" z\" 10.500000 1.250000 4096 0 -1 0 0 436 4 0 928 0 -1 0 0 0 19 2 -1 \"\" \"chip\" 0 2 \"/bin/sh\" \"\" 7 2048 512 \"\" \"\" \"\" "
        + "\"gold\" 0 \"\" 0 \"\" -1 \"\" \"\" \"spice\" \"\" -1 \"/night\" \"\" 5136 \"\" 1700000040 \"\" \"about it\" 2 1110 \"default\" 1075 \"grp\" 1 \"n1\" 2048 512 10 1 3600 16 1024 \"select[type==any]\" "
        + "\"\" -1 \"\" -1 0 \"\" 0 0 \"\" 60 \"/home/ann/run\" 0 \"\" 0.000000 0.00 0.00 0.00 0.00 2 \"n1\" \"n2\" -1 1 1 10 1 0 0 0 1 \"schedulingOverhead\" \"0.00\"\n";

    [Fact]
    public void Every_field_of_a_whole_record_is_reachable()
    {
        var job = Assert.IsType<LsfJobFinish>(Assert.Single(ReadAll(Record)).Record);

        Assert.Equal(("10.108", 42L, 7L, (long?)1001L), (job.Version, job.JobId, job.ArrayIndex, job.Uid));
        Assert.Equal(("ann", "night", "chip", "DONE"), (job.User, job.Queue, job.Project, job.State));
        Assert.Equal(("sim", "run \"x y\" z", "/home/ann", "login1"), (job.JobName, job.Command, job.Cwd, job.FromHost));
        Assert.Equal(("2*n1 n2", 2L, (long?)2L), (job.Hosts, job.Slots, job.NumProcessors));
        Assert.Equal((40L, 100L, 60L, 120L), (job.WaitSeconds, job.TurnaroundSeconds, job.RunSeconds, job.SlotSeconds));
        Assert.Equal((11.75, 0.1175), (job.CpuSeconds, job.HogFactor));
        Assert.Equal(((long?)2048L, (long?)512L, (long?)1024L, (long?)3600L), (job.MaxMemKb, job.MaxSwapKb, job.AvgMemKb, job.RunLimitSeconds));
        Assert.Equal(("spice", "grp", "/night", "gold"), (job.App, job.UserGroup, job.JobGroup, job.Sla));
        Assert.Equal(["n1"], job.AskedHosts);
        Assert.Equal(["n1", "n1", "n2"], job.ExecHosts);
        Assert.Equal(["n1", "2048", "512", "10", "1"], job.HostRusage);
        Assert.Equal(["1110", "default", "1075", "grp"], job.SubmitExt);
        Assert.Equal(["1", "10", "1"], job.IndexRanges);
        Assert.Equal(["schedulingOverhead", "0.00"], job.FinishKvps);
        Assert.Equal(("about it", "/home/ann/run", 60L, ""), (job.JobDescription, job.Subcwd, job.RunTime, job.Extras));
    }

    [Theory]
    [InlineData("5.1")]
    [InlineData("6.0")]
    [InlineData("7.03")]
    [InlineData("7.06")]
    [InlineData("9.11")]
    [InlineData("9.12")]
    [InlineData("9.13")]
    [InlineData("10.1")]
    [InlineData("10.108")]
    [InlineData("10.110")]
    [InlineData("40")]
    public void Every_version_and_quirk_is_read_and_every_defect_is_told(string version)
    {
        var generator = new LsfLogGenerator(11, new LsfGeneratorOptions { Versions = [version], QuirkRate = 0.2, DefectRate = 0.05, FillerRate = 0.02, OtherRate = 0.02 });
        var truth = Enumerable.Range(0, 3000).Select(_ => generator.Next()).ToList();
        var items = ReadAll(truth.SelectMany(t => t.Bytes).ToArray());

        var jobs = items.Select(i => i.Record).OfType<JobRecord>().ToList();
        var expected = truth.Where(t => t.Kind == GeneratedKind.Job).ToList();
        Assert.Equal(
            expected.Select(t => (t.JobId, (long)t.Index, t.SubmitTime, t.EventTime)),
            jobs.Select(j => (j.JobId, j.ArrayIndex, j.SubmitTime.ToUnixTimeSeconds(), j.EndTime.ToUnixTimeSeconds())));
        Assert.All(expected.Zip(jobs), pair => Assert.Equal(
            (pair.First.User, pair.First.Queue, pair.First.Project, pair.First.State, pair.First.WaitSeconds, pair.First.TurnaroundSeconds, pair.First.RunSeconds, (long)pair.First.Slots, (long?)pair.First.MaxMemKb),
            (pair.Second.User, pair.Second.Queue, pair.Second.Project, pair.Second.SchedulerState, pair.Second.WaitSeconds, pair.Second.TurnaroundSeconds, pair.Second.RunSeconds, pair.Second.Slots, pair.Second.MaxMemKb)));
        Assert.All(expected.Zip(jobs), pair => Assert.Equal(pair.First.CpuSeconds, pair.Second.CpuSeconds, 9));
        Assert.Equal(truth.Count(t => t.Kind == GeneratedKind.Defect), items.Count(i => i.Reason is not null));
        Assert.Equal(truth.Count(t => t.Kind == GeneratedKind.Other), items.Count(i => i.Record is LsfReservationFinish or LsfJobResize));
    }

    [Fact]
    public void Records_that_come_in_single_bytes_are_the_same_records()
    {
        var generator = new LsfLogGenerator(5, new LsfGeneratorOptions { QuirkRate = 0.5, DefectRate = 0.2, FillerRate = 0.1 });
        var log = Enumerable.Range(0, 60).SelectMany(_ => generator.Next().Bytes).ToArray();

        Assert.Equal(ReadAll(log).Select(i => (i.Offset, i.Length, i.Reason)), Piecewise(log).Select(i => (i.Offset, i.Length, i.Reason)));
    }

    [Theory]
    [InlineData("\"n1\" 3 \"n1\"", "\"n1\" 03 \"n1\"", "ExecHosts")]
    [InlineData("\"out\" \"err\"", "\"out\"\"err\"", "field")]
    [InlineData("1700000100 42", "1700000100 4x2", "JobId")]
    [InlineData("\"JOB_FINISH\"", "\"JOB_FINISHED\"", "known record type")]
    [InlineData(" 64 60.0", " 64 sixty", "HostFactor")]
    public void A_damaged_record_is_a_reject_that_names_the_field_and_leaves_its_neighbours_alone(string from, string to, string named)
    {
        var items = ReadAll(Record + Record.Replace(from, to, StringComparison.Ordinal) + Record);

        Assert.Equal([true, false, true], items.Select(i => i.Record is not null));
        Assert.Contains(named, items[1].Reason, StringComparison.Ordinal);
        Assert.Equal(Record.Length, items[1].Offset);
    }

    [Fact]
    public void A_record_that_was_cut_short_does_not_take_the_one_behind_it_on_the_same_line_along()
    {
        foreach (var cut in new[] { 40, 200, 320, 500, 600 })
        {
            var items = ReadAll(Record[..cut] + Record);

            Assert.Equal(2, items.Count);
            Assert.Equal((0L, cut), (items[0].Offset, items[0].Length));
            Assert.Contains("another record begins", items[0].Reason, StringComparison.Ordinal);
            Assert.IsType<LsfJobFinish>(items[1].Record);
        }
    }

    [Fact]
    public void A_record_may_end_behind_any_field_from_the_shortest_layout_on_but_not_inside_a_list()
    {
        var upTo = Record.IndexOf("\"gold\"", StringComparison.Ordinal);
        Assert.IsType<LsfJobFinish>(Assert.Single(ReadAll(Record[..upTo] + "\n")).Record);
        Assert.NotNull(Assert.Single(ReadAll(Record[..(Record.IndexOf("\"schedulingOverhead\"", StringComparison.Ordinal) - 1)] + "\n")).Reason);
        Assert.Equal("0.1 0.2 later", Assert.IsType<LsfJobFinish>(Assert.Single(ReadAll(Record.TrimEnd() + " 0.1 0.2 later\n")).Record).Extras);
    }

    [Fact]
    public void A_clock_set_back_makes_no_negative_durations()
    {
        var job = Assert.IsType<LsfJobFinish>(Assert.Single(ReadAll(Record.Replace("1700000100 42", "1700000030 42", StringComparison.Ordinal))).Record);

        Assert.Equal((40L, 30L, 0L, 30.0), (job.WaitSeconds, job.TurnaroundSeconds, job.RunSeconds, job.ExpansionFactor));
    }

    [Theory]
    [InlineData("nan")]
    [InlineData("inf")]
    [InlineData("1e308")]
    public void A_number_that_no_job_can_have_is_none(string number)
    {
        var job = Assert.IsType<LsfJobFinish>(Assert.Single(ReadAll(Record.Replace(" 10.500000 ", $" {number} ", StringComparison.Ordinal))).Record);

        Assert.Equal((null, 1.25, 1.25), (job.UserCpuSeconds, job.SystemCpuSeconds, job.CpuSeconds));
    }

    [Theory]
    [InlineData("\nJOB_FINISH")]
    [InlineData("\nJOB_FINISH\"")]
    [InlineData("\n\"JOB_FINISH\" \"10.108\" 1700000100 43")]
    [InlineData("JOB_FINISH")]
    [InlineData("\"JOB_FINISH\" \"10.108\" ")]
    [InlineData("\n# \"")]
    [InlineData("a\r\nJOB_RESIZE\" \"10.1\"")]
    [InlineData(Record)]
    [InlineData("\n" + Record + Record)]
    public void What_a_user_writes_into_a_text_field_makes_no_record_and_hides_none(string text)
    {
        foreach (var (field, sound) in new[] { ("\"sim\"", true), ("\"ann\"", true), ("\"run \"\"x y\"\" z\"", true), ("\"about it\"", true), ("\"chip\"", true), ("\"sim\"", false) })
        {
            var crafted = Record.Replace(field, Quoted(text), StringComparison.Ordinal);
            crafted = sound ? crafted : crafted.Replace(" 60.0 ", " sixty ", StringComparison.Ordinal);
            foreach (var extras in new[] { "\n", " 0.1 0.2 \"more\"\n" })
            {
                var log = Record + crafted[..^1] + extras + Record;
                var items = ReadAll(log);

                Assert.Equal([true, sound, true], items.Select(i => i.Record is not null));
                Assert.Equal(items.Select(i => (i.Offset, i.Length)), Piecewise(Encoding.UTF8.GetBytes(log)).Select(i => (i.Offset, i.Length)));
            }
        }
    }

    [Fact]
    public void A_text_without_its_end_loses_one_record_wherever_it_stands()
    {
        foreach (var field in new[] { "ann", "sim", "chip", "grp", "schedulingOverhead", "0.00" })
        {
            var open = Record.Replace($"\"{field}\"", $"\"{field}", StringComparison.Ordinal);
            var items = ReadAll(open + Record + Record + open + Record);

            Assert.Equal([false, true, true, false, true], items.Select(i => i.Record is not null));
            Assert.Equal(open.Length, items[0].Length);
        }
    }

    [Fact]
    public void A_whole_record_without_its_newline_keeps_its_neighbour_apart() =>
        Assert.Equal([true, true, true], ReadAll(Record[..^1] + Record + Record[..^1]).Select(i => i.Record is not null));

    [Theory]
    [InlineData("1700000100 42", "999999999999 42", "EventTime")]
    [InlineData("1700000100 42", "17000000341700 42", "EventTime")]
    [InlineData("1700000100 42", "-1 42", "EventTime")]
    [InlineData("1700000000 0 0", "-999999999999999999 0 0", "SubmitTime")]
    [InlineData("1700000040 \"ann\"", "253402300800 \"ann\"", "StartTime")]
    [InlineData("1700000000 0 0", "1700000000 -5 0", "BeginTime")]
    [InlineData("1700000040 \"\" \"about it\"", "-2 \"\" \"about it\"", "LastResizeTime")]
    [InlineData("\"\" 7 2048", "\"\" 4294967297 2048", "ArrayIndex")]
    [InlineData("33554450 2 ", "33554450 3000000000 ", "NumProcessors")]
    [InlineData("\"chip\" 0 2", "\"chip\" 4294967296 2", "ExitStatus")]
    [InlineData("\"sim\"", "\"sim\" 5", "Command")]
    [InlineData("3 \"n1\" \"n1\" \"n2\" 64", "2 \"2000000000*h1\" \"2000000000*h1\" 64", "slots")]
    [InlineData("3 \"n1\" \"n1\" \"n2\" 64", "2000000000 \"n1\" 64", "ExecHosts")]
    [InlineData("3 \"n1\" \"n1\" \"n2\" 64", "-1 64", "ExecHosts")]
    [InlineData("1700000100 42", "1700000100 9223372036854775808", "JobId")]
    public void A_value_that_no_field_can_have_makes_its_record_a_reject_and_nothing_else(string from, string to, string named)
    {
        var items = ReadAll(Record + Record.Replace(from, to, StringComparison.Ordinal) + Record);

        Assert.Equal([true, false, true], items.Select(i => i.Record is not null));
        Assert.Contains(named, items[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_at_the_ends_of_their_ranges_are_read()
    {
        var log = Record.Replace("1700000100 42 1001", "253402300799 9223372036854775807 -9223372036854775808", StringComparison.Ordinal)
            .Replace("\"\" 7 2048", "\"\" -2147483648 1234567890123456789", StringComparison.Ordinal)
            .Replace("1700000040 \"\" \"about it\"", "-1 \"\" \"about it\"", StringComparison.Ordinal)
            .Replace("3 \"n1\" \"n1\" \"n2\" 64", "1 \"2000000000*h1\" 64", StringComparison.Ordinal);
        var job = Assert.IsType<LsfJobFinish>(Assert.Single(ReadAll(log)).Record);

        Assert.Equal((long.MaxValue, (long?)long.MinValue, int.MinValue, (long?)1234567890123456789), (job.JobId, job.Uid, job.ArrayIndex, job.MaxMemKb));
        Assert.Equal((9999, (DateTimeOffset?)null), (job.EndTime.Year, job.LastResizeTime));
    }

    [Theory]
    [InlineData("\"JOB_RESIZE\" \"10.1\" 1700000000 42 0 1699999000 1001 \"ann\" 0 0 1 \"n1\" 1 \"n1\" 1 \"n1\" 1 \"n1\"\n", true)]
    [InlineData("\"JOB_RESIZE\" \"10.1\" 1700000000 42 4294967297 1699999000 1001 \"ann\" 0 0 1 \"n1\" 1 \"n1\" 1 \"n1\" 1 \"n1\"\n", false)]
    [InlineData("\"JOB_RESIZE\" \"10.1\" 1700000000 42 0 17000000341700 1001 \"ann\" 0 0 1 \"n1\" 1 \"n1\" 1 \"n1\" 1 \"n1\"\n", false)]
    [InlineData("\"JOB_RESIZE\" \"10.1\" 1700000000 42 0 1699999000 1001 \"ann\" 0 0 2000000000 \"n1\" 1 \"n1\" 1 \"n1\" 1 \"n1\"\n", false)]
    [InlineData("\"EVENT_ADRSV_FINISH\" \"10.1\" 1700000000 1699999000 1 0 \"r1\" \"ann\" \"w\" \"root\" 60 1 \"n1\" 4\n", true)]
    [InlineData("\"EVENT_ADRSV_FINISH\" \"10.1\" 999999999999 1699999000 1 0 \"r1\" \"ann\" \"w\" \"root\" 60 1 \"n1\" 4\n", false)]
    [InlineData("\"EVENT_ADRSV_FINISH\" \"10.1\" 1700000000 1699999000 1 0 \"r1\" \"ann\" \"w\" \"root\" 60 4611686018427387904 \"n1\" 4\n", false)]
    [InlineData("\"EVENT_ADRSV_FINISH\" \"10.1\" 1700000000 1699999000 1 0 \"\nJOB_FINISH\"\"\" \"ann\" \"w\" \"root\" 60 1 \"n1\" 4\n", true)]
    public void Records_of_other_types_are_held_to_the_same_ranges(string log, bool sound) =>
        Assert.Equal([true, sound, true], ReadAll(Record + log + Record).Select(i => i.Record is not null));

    [Fact]
    public void A_record_may_have_as_many_hosts_as_the_limit_has_room_for_and_what_is_longer_is_rejects_of_that_length()
    {
        string Of(int hosts) => Record.Replace("3 \"n1\" \"n1\" \"n2\" 64", $"{hosts} {string.Join(' ', Enumerable.Range(0, hosts).Select(i => $"\"node{i:00000}.cluster.example.com.east.company.org\""))} 64", StringComparison.Ordinal);
        var items = ReadAll(Record + Of(100_000) + Record + Of(200_000) + Record);

        Assert.Equal([true, true, true, false, false, true], items.Select(i => i.Record is not null));
        Assert.Equal(100_000, Assert.IsType<LsfJobFinish>(items[1].Record).ExecHosts.Count);
        Assert.Equal(RecordReader.MaxUnitBytes, items[3].Length);
        Assert.Contains("longer than", items[3].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hole_of_any_length_is_rejects_of_bounded_length()
    {
        var hole = RecordReader.MaxUnitBytes + 5;
        var items = ReadAll([.. Encoding.UTF8.GetBytes(Record), .. new byte[hole], .. Encoding.UTF8.GetBytes(Record)]);

        Assert.Equal([Record.Length, RecordReader.MaxUnitBytes, 5, Record.Length], items.Select(i => i.Length));
        Assert.Equal([true, false, false, true], items.Select(i => i.Record is not null));
    }

    [Fact]
    public void Texts_that_are_not_utf8_keep_each_byte_as_a_character()
    {
        var bytes = Encoding.Latin1.GetBytes(Record.Replace("\"sim\"", "\"größe\"", StringComparison.Ordinal));

        Assert.Equal("größe", Assert.IsType<LsfJobFinish>(Assert.Single(ReadAll(bytes)).Record).JobName);
    }

    internal static List<AccountingItem> ReadAll(string log) => ReadAll(Encoding.UTF8.GetBytes(log));

    internal static List<AccountingItem> ReadAll(byte[] log)
    {
        var reader = new AccountingReader("lsf");
        return [.. reader.Feed(log), .. reader.Finish()];
    }

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static List<AccountingItem> Piecewise(byte[] log)
    {
        var reader = new AccountingReader("lsf");
        return [.. log.SelectMany(b => reader.Feed([b])), .. reader.Finish()];
    }
}
