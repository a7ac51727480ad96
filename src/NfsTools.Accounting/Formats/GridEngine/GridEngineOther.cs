using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.GridEngine;

/// <summary>A record that is no job of its own: a task of a parallel job, or a life of a job that tells no time at all.</summary>
public sealed class GridEngineOther : AccountingRecord
{
    /// <summary>A task of a parallel job (qrsh -inherit).</summary>
    internal const string ParallelTask = "pe_task";

    /// <summary>What is written of a job that qmod -rj puts back: submission, start and end are 0, and so is all use.</summary>
    internal const string Untimed = "untimed";

    internal GridEngineOther(GridEngineLine line, string type)
    {
        (Line, RecordType, ContentHash) = (line, type, line.Hash);
        EventSeconds = line.Seconds(GridEngineField.EndTime) ?? line.Seconds(GridEngineField.StartTime) ?? line.Seconds(GridEngineField.SubmissionTime) ?? 0;
    }

    /// <inheritdoc/>
    public override string RecordType { get; }

    /// <summary>Its line, every field as it is written.</summary>
    public GridEngineLine Line { get; }

    /// <summary>A task on another host: its use is in no other record, unless Grid Engine adds it up itself and writes no record of the task.</summary>
    internal override JobPart? Part => RecordType == ParallelTask && GridEngineJob.Of(Line) is { } task
        ? new JobPart(task.JobId, task.ArrayIndex, task.Start ?? task.Submit, JobUse.Of(task)) : null;

    internal override long EventSeconds { get; }

    internal override long ContentHash { get; }
}
