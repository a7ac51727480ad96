using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Tests.Formats.Contract;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Formats;

public sealed class FormatSearchTests : IDisposable
{
    private const string Zone = "Europe/Zurich";
    private readonly TestDirectory directory = new();
    private readonly byte[] log;
    private readonly string job;

    public FormatSearchTests()
    {
        var sample = new ColumnsSample(1);
        var head = sample.Begin();
        var first = sample.NextJob();
        (log, job) = ([.. head, .. first.Bytes], first.Job!);
    }

    [Fact]
    public void A_log_tells_its_format()
    {
        File.WriteAllBytes(directory["accounting"], log);

        Assert.Equal("columns, by its content", Source("accounting").FormatNote);
        Assert.Equal([job], AccountingReader.ReadFile(Source("accounting"), TestContext.Current.CancellationToken).Select(KeyOf));
    }

    [Theory]
    [InlineData("accounting-20260101.gz")]
    [InlineData("accounting.1")]
    public void While_it_is_empty_or_away_an_archive_tells_it(string archive)
    {
        File.WriteAllBytes(directory[archive], archive.EndsWith(".gz", StringComparison.Ordinal) ? PackedLog.Gzip(log) : log);
        Assert.Equal("columns", Source("accounting").Format);

        File.WriteAllText(directory["accounting"], "");
        Assert.Equal("columns", Source("accounting").Format);
    }

    [Fact]
    public void What_a_user_wrote_into_a_record_tells_no_format()
    {
        var job = new LsfLogGenerator(1, new LsfGeneratorOptions()).Next().Bytes;
        File.WriteAllBytes(directory["lsb.acct"], [.. job, .. "07/15/2024 10:00:00;E;1.s;user=u ctime=1 end=2\n"u8, .. log]);

        Assert.Equal("lsf, by its content", new CollectorSource(directory["lsb.acct"]).FormatNote);
    }

    [Fact]
    public void A_directory_of_daily_files_tells_it()
    {
        File.WriteAllBytes(directory["20260101"], log);
        File.WriteAllText(directory["20260102"], "# nothing yet\n");

        Assert.Equal("columns", Source("").Format);
    }

    [Fact]
    public void What_tells_nothing_is_of_the_first_format_and_what_was_named_is_not_looked_at()
    {
        Assert.Equal(RecordFormats.Default, new CollectorSource(directory["none"]).FormatNote);

        File.WriteAllBytes(directory["accounting"], log);
        Assert.Equal("lsf", new CollectorSource(directory["accounting"], format: "lsf").FormatNote);
    }

    [Fact]
    public void Lines_tell_the_format_as_they_come()
    {
        var reader = new AccountingReader(format: null, timeZone: Zone);
        var read = new List<AccountingItem>();
        for (var start = 0; start < log.Length;)
        {
            var end = Array.IndexOf(log, (byte)'\n', start) + 1;
            read.AddRange(reader.Feed(log.AsSpan(start..end)));
            start = end;
        }

        read.AddRange(reader.Finish());

        Assert.Equal([job], read.Select(KeyOf));
    }

    // Each line is looked at once: with a look at all that came at each line, this would take hours.
    [Fact]
    public void Text_of_no_format_is_of_the_first_one_once_it_is_as_long_as_a_record_can_be()
    {
        var reader = new AccountingReader(format: null);
        var (fed, line) = (0, "no record\n"u8.ToArray());
        for (; fed <= RecordReader.MaxUnitBytes - line.Length; fed += line.Length)
        {
            Assert.Empty(reader.Feed(line));
        }

        Assert.All(reader.Feed(line), i => Assert.NotNull(i.Reason));
        Assert.Single(reader.Feed(line));
    }

    public void Dispose() => directory.Dispose();

    private static string KeyOf(AccountingItem item) =>
        item.Record is JobRecord read ? SampleRecord.KeyOf(read.JobId, read.ArrayIndex, read.SubmitTime.ToUnixTimeSeconds(), read.EndTime.ToUnixTimeSeconds()) : item.Reason!;

    private CollectorSource Source(string name) => new(directory[name], timeZone: Zone);
}
