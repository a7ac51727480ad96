using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <summary>
/// A format that needs all that LSF's does not: a header names the columns of each file in any order, times are local ones, and a line
/// that ends in a backslash goes on in the next one.
/// </summary>
internal sealed class ColumnsFormat : IAccountingFormat
{
    public const string TimeFormat = "yyyy-MM-dd HH:mm:ss";

    /// <summary>The columns that there are.</summary>
    public static readonly string[] Columns = ["job", "task", "user", "queue", "slots", "submit", "start", "end", "state", "name"];

    public string Name => "columns";

    public int Version => 2;

    public ILogLayout Layout => LogLayouts.Dated;

    public ILogIdentity Identity { get; } = new FirstLine(line => IsHeader(line));

    public IJsonTypeInfoResolver Json { get; } = new DefaultJsonTypeInfoResolver();

    public int HeadBytes => 4096;

    public LocalTimes LocalTimes => LocalTimes.All;

    public string? ClusterOf(string path) => null;

    public bool Knows(ReadOnlySpan<byte> data)
    {
        foreach (var line in data.Split((byte)'\n'))
        {
            if (data[line].Count((byte)'|') == Columns.Length - 1)
            {
                return true;
            }
        }

        return false;
    }

    public Frame Frame(ReadOnlySpan<byte> data, bool final)
    {
        var end = 0;
        do
        {
            var newline = data[end..].IndexOf((byte)'\n') + 1;
            if (newline == 0)
            {
                return data.Length > RecordReader.MaxUnitBytes ? new Frame(UnitKind.Reject, RecordReader.MaxUnitBytes) : final ? new Frame(KindOf(data), data.Length) : default;
            }

            end += newline;
        }
        while (end > 1 && data[end - 2] == (byte)'\\');
        return end > RecordReader.MaxUnitBytes ? new Frame(UnitKind.Reject, RecordReader.MaxUnitBytes) : new Frame(KindOf(data[..end]), end);
    }

    public LogContext Begin(ReadOnlySpan<byte> head, LogSettings settings)
    {
        foreach (var range in head.Split((byte)'\n'))
        {
            var line = head[range].Trim(" \t\r"u8);
            if (IsHeader(line))
            {
                return new Context([.. line, (byte)'\n'], settings, Encoding.ASCII.GetString(line).Split('|'));
            }

            if (!line.IsEmpty && line[0] != (byte)'#')
            {
                break;
            }
        }

        return new Context([], settings, []);
    }

    public ParseResult Parse(ReadOnlyMemory<byte> frame, LogContext context)
    {
        var (names, zone) = ((Context)context) is var own ? (own.Names, own.Zone) : default;
        var fields = Encoding.UTF8.GetString(frame.Span).Replace("\\\n", "\n", StringComparison.Ordinal).TrimEnd('\r', '\n').Split('|');
        if (names.Length == 0 || fields.Length != names.Length)
        {
            return new ParseResult(null, names.Length == 0 ? "the log has no header" : $"{fields.Length} fields in place of {names.Length}");
        }

        string Field(string name) => fields[Array.IndexOf(names, name)];
        long Number(string name) => long.Parse(Field(name), NumberStyles.None, CultureInfo.InvariantCulture);
        long Time(string name)
        {
            var local = DateTime.ParseExact(Field(name), TimeFormat, CultureInfo.InvariantCulture);
            return zone.IsInvalidTime(local) ? throw new FormatException("there is no such time") : new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUnixTimeSeconds();
        }

        var record = new ColumnsJob(frame);
        (record[JobColumns.JobId], record[JobColumns.ArrayIndex], record[JobColumns.Slots]) = (Number("job"), Number("task"), Number("slots"));
        (record[JobColumns.SubmitTime], record[JobColumns.StartTime], record[JobColumns.EndTime]) = (Time("submit"), Time("start"), Time("end"));
        (record[JobColumns.User], record[JobColumns.Queue], record[JobColumns.JobName]) = (Field("user"), Field("queue"), Field("name"));
        (record[JobColumns.State], record[JobColumns.RecordType]) = (Field("state") == "ok" ? JobState.Done : JobState.Failed, "job");
        return new ParseResult(record, null);
    }

    private static bool IsHeader(ReadOnlySpan<byte> line) => Encoding.ASCII.GetString(line.Trim(" \t\r"u8)).Split('|') is { Length: > 1 } names && names.Order().SequenceEqual(Columns.Order());

    private static UnitKind KindOf(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t\r\n"u8);
        return line.IsEmpty || line[0] == (byte)'#' || IsHeader(line) ? UnitKind.Filler : UnitKind.Record;
    }

    private sealed class Context(byte[] head, LogSettings settings, string[] names) : LogContext(head, settings)
    {
        public string[] Names => names;

        public TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone!);
    }

    private sealed class ColumnsJob(ReadOnlyMemory<byte> bytes) : JobRecord
    {
        private readonly object?[] values = new object?[JobColumns.All.Count];

        internal override long ContentHash { get; } = (long)XxHash3.HashToUInt64(bytes.Span.TrimEnd("\r\n"u8));

        public new object? this[JobColumn column]
        {
            get => values[column.Index];
            set => values[column.Index] = value is "" ? null : value;
        }

        internal override long? Integer(JobColumn column) => (long?)values[column.Index];

        internal override double? Real(JobColumn column) => null;

        internal override string? Text(JobColumn column) => (string?)values[column.Index];
    }
}
