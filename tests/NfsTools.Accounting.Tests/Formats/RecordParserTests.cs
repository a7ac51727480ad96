using System.Text;
using System.Text.Json.Serialization.Metadata;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Tests.Formats;

public sealed class RecordParserTests
{
    // Each says what is wrong with a record that was parsed.
    [Theory]
    [InlineData("throws", "the reader fails on it: NotSupportedException: no such text")]
    [InlineData("stateless", "the reader fails on it: InvalidDataException: it has no state")]
    [InlineData("early", "the reader fails on it: InvalidDataException: start_time is -1, outside 1970 to 9999")]
    [InlineData("infinite", "the reader fails on it: InvalidDataException: user_cpu_seconds is ")]
    [InlineData("event-early", "the reader fails on it: InvalidDataException: its time is -1, outside 1970 to 9999")]
    [InlineData("event-throws", "the reader fails on it: ")]
    public void A_record_of_which_something_cannot_be_read_is_a_reject_and_leaves_nothing_behind(string fault, string reason)
    {
        var log = Encoding.UTF8.GetBytes($"one\n{fault}\ntwo\n");
        var (collected, alone, piped) = (new List<RecordUnit>(), new List<RecordUnit>(), new List<RecordUnit>());
        var (jobs, expected) = (new JobRows(), new JobRows());
        new RecordReader(new RecordParser(new WordFormat())).Read(log, final: true, acceptNuls: true, collected, jobs);
        new RecordReader(new RecordParser(new WordFormat())).Read("one\ntwo\n"u8.ToArray(), final: true, acceptNuls: true, alone, expected);
        new RecordReader(new RecordParser(new WordFormat())).Read(log, final: true, acceptNuls: true, piped);

        Assert.Equal([UnitKind.Record, UnitKind.Reject, UnitKind.Record], collected.Select(u => u.Kind));
        Assert.StartsWith(reason, collected[1].Reason, StringComparison.Ordinal);
        Assert.Equal([UnitKind.Record, UnitKind.Reject, UnitKind.Record], piped.Select(u => u.Kind));
        Assert.StartsWith(reason, piped[1].Reason, StringComparison.Ordinal);

        Assert.Equal(2, jobs.Count);
        Assert.Equal(expected.TextCount, jobs.TextCount);
        Assert.True(jobs.Bytes.Span.SequenceEqual(expected.Bytes.Span));
        Assert.Equal(["one", "two"], Enumerable.Range(0, jobs.Count).Select(i => Encoding.UTF8.GetString(jobs.Text((int)jobs.Integer(i, JobColumns.User.Place)))));
    }

    /// <summary>A format whose lines are a word each: the user of a job, or what is wrong with it.</summary>
    private sealed class WordFormat : IAccountingFormat
    {
        public string Name => "words";

        public int Version => 1;

        public IJsonTypeInfoResolver Json { get; } = new DefaultJsonTypeInfoResolver();

        public ILogLayout Layout => LogLayouts.Dated;

        public ILogIdentity Identity { get; } = new FirstLine(_ => false);

        public int HeadBytes => 0;

        public string? ClusterOf(string path) => null;

        public bool Knows(ReadOnlySpan<byte> data) => true;

        public Frame Frame(ReadOnlySpan<byte> data, bool final) => new(UnitKind.Record, data.IndexOf((byte)'\n') + 1);

        public LogContext Begin(ReadOnlySpan<byte> head, LogSettings settings) => LogContext.None;

        public ParseResult Parse(ReadOnlyMemory<byte> frame, LogContext context)
        {
            var word = Encoding.UTF8.GetString(frame.Span[..^1]);
            return new ParseResult(word.StartsWith("event", StringComparison.Ordinal) ? new WordEvent(word) : new WordJob(word), null);
        }
    }

    private sealed class WordJob(string word) : JobRecord
    {
        internal override long ContentHash => 0;

        internal override long? Integer(JobColumn column) => word == "early" && column == JobColumns.StartTime ? -1 : 1;

        internal override double? Real(JobColumn column) => word == "infinite" ? double.PositiveInfinity : null;

        internal override string? Text(JobColumn column) => column == JobColumns.State ? word == "stateless" ? null : JobState.Done
            : word == "throws" && column == JobColumns.JobName ? throw new NotSupportedException("no such text") : word;
    }

    private sealed class WordEvent(string word) : AccountingRecord
    {
        public override string RecordType => "event";

        public string Field => word == "event-throws" ? throw new NotSupportedException("no such field") : word;

        internal override long EventSeconds => word == "event-early" ? -1 : 1;

        internal override long ContentHash => 0;
    }
}
