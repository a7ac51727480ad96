using System.Text.Json.Serialization.Metadata;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Formats.GridEngine;

/// <summary>
/// The accounting file of Grid Engine (accounting(5)): Sun's from 6.1 on, Open Grid Scheduler, Son of Grid Engine, Univa, Altair. One
/// record a line, fields apart by colons, nothing escaped. What ends before its last field goes on in the next lines, where a request
/// holds a newline, unless one of them begins like a record.
/// </summary>
internal sealed class GridEngineFormat : IAccountingFormat
{
    private const byte Newline = (byte)'\n';
    private const byte Comment = (byte)'#';

    // What no number of lines completes is damage; each try reads all of them.
    private const int MostLines = 32;

    public string Name => "gridengine";

    public bool HasParts => true;

    public int Version => 1;

    public ILogLayout Layout => LogLayouts.Numbered;

    public ILogIdentity Identity => FirstLine.Any;

    public IJsonTypeInfoResolver Json => GridEngineJson.Default;

    // Each record says everything itself, in time since 1970.
    public int HeadBytes => 0;

    public LogContext Begin(ReadOnlySpan<byte> head, LogSettings settings) => LogContext.None;

    // SGE_ROOT/SGE_CELL/common/accounting; "default" is every installation's.
    public string? ClusterOf(string path) => path.Split('/') is [.., { Length: > 0 } cell, "common", _] && cell != "default" ? cell : null;

    public bool Knows(ReadOnlySpan<byte> data)
    {
        var isFirst = true;
        while (!data.IsEmpty)
        {
            var newline = data.IndexOf(Newline);
            var line = (newline < 0 ? data : data[..newline]).Trim("\0 \t\r"u8);

            // The unfinished line at the end of what was read of another file would fit nearly always.
            if (!IsFiller(line) && (newline >= 0 || isFirst) && GridEngineLayout.IsHead(line, isWhole: newline >= 0))
            {
                return true;
            }

            isFirst &= IsFiller(line);
            data = newline < 0 ? [] : data[(newline + 1)..];
        }

        return false;
    }

    public Frame Frame(ReadOnlySpan<byte> data, bool final)
    {
        var seen = data[..Math.Min(data.Length, RecordReader.MaxUnitBytes)];
        var first = LineLength(seen, final && seen.Length == data.Length);
        if (first == 0)
        {
            return data.Length > seen.Length ? new Frame(UnitKind.Reject, seen.Length) : default;
        }

        var line = seen[..first].TrimEnd("\r\n"u8);
        if (IsFiller(line))
        {
            return new Frame(UnitKind.Filler, first);
        }

        return line.Count((byte)':') >= GridEngineLayout.Least - 1 || !GridEngineLayout.IsHead(line, isWhole: true)
            ? new Frame(UnitKind.Record, first) : FrameOn(data, seen, first, final);
    }

    public ParseResult Parse(ReadOnlyMemory<byte> frame, LogContext context)
    {
        if (GridEngineLine.Read(frame, out var line) is { } reason)
        {
            return new ParseResult(null, reason);
        }

        if (!line!.Utf8(GridEngineField.PeTaskId).IsEmpty)
        {
            return new ParseResult(new GridEngineOther(line, GridEngineOther.ParallelTask), null);
        }

        return new ParseResult(GridEngineJob.Of(line) ?? (AccountingRecord)new GridEngineOther(line, GridEngineOther.Untimed), null);
    }

    // A record whose line is not all of it.
    private static Frame FrameOn(ReadOnlySpan<byte> data, ReadOnlySpan<byte> seen, int first, bool final)
    {
        var end = first;
        for (var lines = 1; lines < MostLines; lines++)
        {
            var next = LineLength(seen[end..], final && seen.Length == data.Length);
            if (next == 0)
            {
                return data.Length > seen.Length || final ? new Frame(UnitKind.Record, first) : default;
            }

            if (GridEngineLayout.IsHead(seen.Slice(end, next).TrimEnd("\r\n"u8), isWhole: true))
            {
                return new Frame(UnitKind.Record, first, IsCut: true);
            }

            end += next;
            if (GridEngineLine.Read(seen[..end].ToArray(), out var line) is null)
            {
                line!.LetGo();
                return new Frame(UnitKind.Record, end);
            }
        }

        return new Frame(UnitKind.Record, first);
    }

    // With its newline; 0 where the end of it is not there.
    private static int LineLength(ReadOnlySpan<byte> data, bool final) => data.IndexOf(Newline) + 1 is > 0 and var length ? length : final ? data.Length : 0;

    // accounting(5): lines of one character or less are ignored.
    private static bool IsFiller(ReadOnlySpan<byte> line) => line.Length <= 1 || line[0] == Comment || line.IndexOfAnyExcept(" \t\r"u8) < 0;
}
