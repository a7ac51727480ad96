using System.Text.Json.Serialization.Metadata;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Formats.HTCondor;

/// <summary>
/// The history of HTCondor's schedd (HTCondor manual, HISTORY and PER_JOB_HISTORY_DIR): ads of lines <c>Attr = expr</c>, each ended by a
/// banner <c>*** Offset = ...</c>, by a blank line, as condor_history(1) -long has them, or by the end of its file. Lines of APEL's
/// extract of it are read too.
/// </summary>
internal sealed class HTCondorFormat : IAccountingFormat
{
    public string Name => "htcondor";

    public int Version => 1;

    public ILogLayout Layout => LogLayouts.Dated;

    public ILogIdentity Identity { get; } = new HTCondorIdentity();

    public IJsonTypeInfoResolver Json => HTCondorJson.Default;

    public int HeadBytes => 0;

    // SPOOL names none.
    public string? ClusterOf(string path) => null;

    public LogContext Begin(ReadOnlySpan<byte> head, LogSettings settings) => LogContext.None;

    public bool Knows(ReadOnlySpan<byte> data) => AnyLine.Is(data, static (line, isWhole) => IsLike(line.TrimStart("\0 \t\r"u8), isWhole));

    public Frame Frame(ReadOnlySpan<byte> data, bool final)
    {
        var seen = data[..Math.Min(data.Length, RecordReader.MaxUnitBytes)];
        var heads = new HTCondorHeads(seen);
        for (var at = 0; seen[at..].IndexOf((byte)'\n') is var newline && newline >= 0; at += newline + 1)
        {
            var line = seen.Slice(at, newline + 1);
            if (HTCondorLines.IsBlank(line))
            {
                return new(at == 0 ? UnitKind.Filler : UnitKind.Record, at + line.Length);
            }

            // A line that belongs to no ad is a unit of its own.
            var name = HTCondorLines.LengthOfName(line);
            if (line.StartsWith(HTCondorLines.BannerBegin) || (at == 0 && name == 0))
            {
                return new(UnitKind.Record, at + line.Length);
            }

            if (heads.FindSecond(at, name, at + line.Length) is > 0 and var second)
            {
                return new(UnitKind.Record, second, IsCut: true);
            }
        }

        return data.Length > seen.Length ? new(UnitKind.Reject, seen.Length)
            : !final ? default
            : new(HTCondorLines.IsBlank(seen) ? UnitKind.Filler : UnitKind.Record, seen.Length);
    }

    public ParseResult Parse(ReadOnlyMemory<byte> frame, LogContext context) =>
        HTCondorExtract.IsLike(frame.Span) ? HTCondorExtract.Parse(frame) : HTCondorJob.Parse(frame);

    private static bool IsLike(ReadOnlySpan<byte> line, bool isWhole)
    {
        foreach (var begin in (ReadOnlySpan<byte[]>)[[.. "*** Offset = "u8], [.. "MyType = \"Job\""u8]])
        {
            if (line.StartsWith(begin) || (!isWhole && !line.IsEmpty && begin.AsSpan().StartsWith(line)))
            {
                return true;
            }
        }

        var name = line[..HTCondorLines.LengthOfName(line)];
        return HTCondorKeys.Find(name) is HTCondorKey.ClusterId or HTCondorKey.ProcId or HTCondorKey.GlobalJobId or HTCondorKey.QDate || HTCondorExtract.IsLike(line);
    }
}
