using System.Buffers.Text;
using System.IO.Hashing;
using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.HTCondor;

/// <summary>
/// A job as APEL has <c>condor_history</c> print it: <c>GlobalJobId|Owner|RemoteWallClockTime|RemoteUserCpu|RemoteSysCpu|JobStartDate|EnteredCurrentStatus|
/// ResidentSetSize_RAW|ImageSize_RAW|RequestCpus</c>, and maybe the factor of the host. How it ended is not said.
/// </summary>
public sealed class HTCondorExtract : JobRecord
{
    private const byte Separator = (byte)'|';

    private static readonly byte[] Unknown = Encoding.ASCII.GetBytes(JobState.Unknown);
    private static readonly byte[] Type = Encoding.ASCII.GetBytes(HTCondorJob.Type);
    private readonly ReadOnlyMemory<byte> line;
    private readonly (long Cluster, long Proc) id;
    private readonly long end;

    private HTCondorExtract(ReadOnlyMemory<byte> line, (long Cluster, long Proc) id, long end) => (this.line, this.id, this.end) = (line, id, end);

    private enum Field
    {
        GlobalJobId, Owner, WallClockTime, UserCpu, SysCpu, StartDate, EnteredCurrentStatus, ResidentSetSize, ImageSize, RequestCpus, Factor,
    }

    /// <summary>The id with the schedd's name (GlobalJobId).</summary>
    public string GlobalJobId => LogText.Decode(Of(Field.GlobalJobId));

    /// <summary>How long it had machines in all of its runs, in seconds (RemoteWallClockTime).</summary>
    public double? WallSeconds => Number(Field.WallClockTime);

    internal override long ContentHash => (long)XxHash3.HashToUInt64(line.Span);

    /// <summary>Whether a line has such fields: two texts, and eight or nine numbers.</summary>
    internal static bool IsLike(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd("\r\n"u8);
        var fields = line.Count(Separator);
        if (fields is not ((int)Field.RequestCpus or (int)Field.Factor) || HTCondorLines.LengthOfName(line) > 0)
        {
            return false;
        }

        for (var field = Field.WallClockTime; (int)field <= fields; field++)
        {
            var value = Of(line, field);
            var isUnknown = Ascii.EqualsIgnoreCase(value, "undefined"u8) || (value.IsEmpty && field == Field.Factor);
            if (!isUnknown && HTCondorLiteral.Real(value) is null)
            {
                return false;
            }
        }

        return true;
    }

    internal static ParseResult Parse(ReadOnlyMemory<byte> frame)
    {
        var line = frame[..frame.Span.TrimEnd("\r\n"u8).Length];
        return ReadId(Of(line.Span, Field.GlobalJobId)) is not { } id ? new(null, "its first field is no GlobalJobId: it has no number")
            : Time(line.Span, Field.EnteredCurrentStatus) is not { } end ? new(null, "its seventh field is no time of the years 1970 to 9999 in seconds")
            : new(new HTCondorExtract(line, id, end), null);
    }

    internal override long? Integer(JobColumn column) =>
        column == JobColumns.JobId ? id.Cluster
        : column == JobColumns.ArrayIndex ? id.Proc
        : column == JobColumns.SubmitTime ? Submitted()
        : column == JobColumns.StartTime ? Started()
        : column == JobColumns.EndTime ? end
        : column == JobColumns.Slots ? Count(Field.RequestCpus) ?? 1
        : column == JobColumns.Cpus || column == JobColumns.NumProcessors ? Count(Field.RequestCpus)
        : column == JobColumns.MaxMemKb ? Count(Field.ResidentSetSize)
        : column == JobColumns.MaxSwapKb ? Count(Field.ImageSize)
        : null;

    internal override double? Real(JobColumn column) =>
        column == JobColumns.UserCpuSeconds ? Number(Field.UserCpu)
        : column == JobColumns.SystemCpuSeconds ? Number(Field.SysCpu)
        : column == JobColumns.HostFactor ? Number(Field.Factor)
        : null;

    internal override string? Text(JobColumn column) => Utf8(column) is { IsEmpty: false } text ? LogText.Decode(text) : null;

    internal override ReadOnlySpan<byte> Utf8(JobColumn column) =>
        column == JobColumns.User ? LogText.ToUtf8(Of(Field.Owner))
        : column == JobColumns.FromHost ? LogText.ToUtf8(HTCondorId.HostOf(Of(Field.GlobalJobId)))
        : column == JobColumns.State ? Unknown
        : column == JobColumns.RecordType ? Type
        : [];

    private static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> line, Field field)
    {
        for (; field > 0; field--)
        {
            var separator = line.IndexOf(Separator);
            line = separator < 0 ? [] : line[(separator + 1)..];
        }

        return line.IndexOf(Separator) is var end && end < 0 ? line : line[..end];
    }

    private static long? Time(ReadOnlySpan<byte> line, Field field) => HTCondorLiteral.Integer(Of(line, field)) is > 0 and <= LatestTime and var time ? time : null;

    // 12, host#12, host#12.3#1721030000
    private static (long Cluster, long Proc)? ReadId(ReadOnlySpan<byte> id)
    {
        id = id[(id.IndexOf((byte)'#') + 1)..];
        id = id.IndexOf((byte)'#') is var end && end < 0 ? id : id[..end];
        var dot = id.IndexOf((byte)'.');
        var proc = 0L;
        return Utf8Parser.TryParse(dot < 0 ? id : id[..dot], out long cluster, out var used) && used == (dot < 0 ? id.Length : dot) && cluster >= 0
            && (dot < 0 || (Utf8Parser.TryParse(id[(dot + 1)..], out proc, out used) && used == id.Length - dot - 1 && proc >= 0)) ? (cluster, proc) : null;
    }

    private long? Started() => Time(line.Span, Field.StartDate) is { } start && start <= end ? start : null;

    // The id ends in it, behind a second #; where it does not, no wait is known. It is taken as it stands: two ids that differ are two jobs.
    private long Submitted()
    {
        var globalId = Of(Field.GlobalJobId);
        var latest = Started() ?? end;
        return globalId.Count((byte)'#') > 1 && HTCondorLiteral.Integer(globalId[(globalId.LastIndexOf((byte)'#') + 1)..]) is >= 0 and var time && time <= latest ? time : latest;
    }

    private ReadOnlySpan<byte> Of(Field field) => Of(line.Span, field);

    private double? Number(Field field) => HTCondorLiteral.Real(Of(field)) is >= 0 and var number && double.IsFinite(number) ? number : null;

    private long? Count(Field field) => HTCondorLiteral.Integer(Of(field)) is >= 0 and <= int.MaxValue and var count ? count : null;
}
