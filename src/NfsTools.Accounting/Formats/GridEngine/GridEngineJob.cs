using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.GridEngine;

/// <summary>A job of Grid Engine, or a task of an array job, that ended, or one life of it where it was put back to be run again (accounting(5)).</summary>
public sealed class GridEngineJob : JobRecord
{
    [ThreadStatic]
    private static TextPool<string>? shared;

    private GridEngineJob(GridEngineLine line, long submit, long? start, long end) =>
        (Line, Submit, Start, End, Failed, ContentHash) = (line, submit, start, end, line.Whole(GridEngineField.Failed) ?? 0, line.Hash);

    /// <summary>Its line, every field as it is written.</summary>
    public GridEngineLine Line { get; }

    internal override long ContentHash { get; }

    internal long Submit { get; }

    internal long? Start { get; }

    internal long End { get; }

    internal long Failed { get; }

    /// <summary>Whether what the record says of use and exit status is valid (sge_status(5)).</summary>
    internal bool HasUsage => GridEngineFailure.Of(Failed)?.HasUsage ?? true;

    /// <summary>Reads a record of a job.</summary>
    /// <returns>It; null where it tells no time at all.</returns>
    internal static GridEngineJob? Of(GridEngineLine line)
    {
        var (submit, start, end) = (line.Seconds(GridEngineField.SubmissionTime), line.Seconds(GridEngineField.StartTime), line.Seconds(GridEngineField.EndTime));

        // What never started has neither start nor end: it ended no sooner than it was submitted.
        return (end ?? start ?? submit) is { } ended ? new GridEngineJob(line, submit ?? start ?? ended, start, ended) : null;
    }

    internal override void LetGo() => Line.LetGo();

    internal override long? Integer(JobColumn column) => GridEngineColumns.Integers[column.Index]?.Invoke(this);

    internal override double? Real(JobColumn column) => GridEngineColumns.Reals[column.Index]?.Invoke(this);

    internal override string? Text(JobColumn column)
    {
        var text = Utf8(column);
        if (text.IsEmpty || column.Kind == ColumnKind.FreeText)
        {
            return text.IsEmpty ? null : LogText.Decode(text);
        }

        shared ??= new TextPool<string>();
        if (!shared.TryGet(text, out var value))
        {
            value = LogText.Decode(text);
            shared.Set(text, value);
        }

        return value;
    }

    internal override ReadOnlySpan<byte> Utf8(JobColumn column) => GridEngineColumns.Texts[column.Index] is { } text ? text(this) : [];
}
