using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>
/// A job of Slurm that ended, or one life of it that did, as sacct(1) or a jobcomp plugin shows it. It keeps the row's bytes; texts become strings when
/// they are asked for.
/// </summary>
public sealed class SlurmJob : JobRecord
{
    internal const string Type = "job";

    [ThreadStatic]
    private static TextPool<string>? shared;

    private readonly SlurmRow row;
    private readonly SlurmTimes times;

    internal SlurmJob(SlurmRow row, SlurmTimes times, SlurmState state)
    {
        (this.row, this.times, SlurmState) = (row, times, state);
        var id = SlurmId.Of(row.Id);
        (HetOffset, HetJobId) = (id.Component ?? row.Whole(SlurmColumn.HetJobOffset), id.Component is null ? row.Whole(SlurmColumn.HetJobID) : id.Job);
        (Number, Element) = (NumberOf(id, row), ElementOf(id, row));
        ArrayElements = LogText.Decode(id.Elements);
        ContentHash = row.Hash;
    }

    /// <summary>All fields of the row that are not empty, by the names of their columns; of JSON all values, by their keys, e.g. <c>time.end</c>.</summary>
    public IReadOnlyDictionary<string, string> Fields => row.Fields();

    /// <summary>The elements of an array that never came to be jobs of their own, e.g. <c>1-3,9</c>; empty for none.</summary>
    public string ArrayElements { get; }

    /// <summary>The number of the heterogeneous job that it is a component of; null for none.</summary>
    public long? HetJobId { get; }

    /// <summary>Which component of it, from 0.</summary>
    public long? HetOffset { get; }

    /// <summary>The uid of who cancelled it; null where Slurm does not say it.</summary>
    public long? CancelledBy => SlurmStates.CancelledBy(row[SlurmColumn.State]);

    /// <summary>Whether a time of it stands in the hour that clocks showed twice, and nothing in the row tells which: the first is taken.</summary>
    public bool IsTimeDoubtful => times.IsDoubtful;

    internal override long ContentHash { get; }

    internal long Number { get; }

    internal long Element { get; }

    internal SlurmState SlurmState { get; }

    internal ref readonly SlurmRow Row => ref row;

    internal ref readonly SlurmTimes Times => ref times;

    /// <summary>Whether it got nodes: a job that did not never started, whatever its start says.</summary>
    internal bool HasNodes => row.Context[SlurmColumn.NodeList] < 0 || !NodeList.IsEmpty;

    internal ReadOnlySpan<byte> NodeList => row[SlurmColumn.NodeList] is var list && (list.SequenceEqual("None assigned"u8) || list.SequenceEqual("(null)"u8)) ? [] : list;

    /// <summary>The number of the job that a row is of, or a step of.</summary>
    internal static long NumberOf(SlurmId id, in SlurmRow row) =>
        id.Component is { } component ? row.Whole(SlurmColumn.JobIDRaw) ?? (id.Job + component) : row.Whole(SlurmColumn.ArrayJobID) ?? id.Job;

    /// <summary>The element of its array; 0 for none.</summary>
    internal static long ElementOf(SlurmId id, in SlurmRow row) => id.Element ?? row.Whole(SlurmColumn.ArrayTaskID) ?? 0;

    internal override void LetGo() => SlurmFormat.Spare = row.Places;

    internal override long? Integer(JobColumn column) => SlurmColumns.Integers[column.Index]?.Invoke(this);

    internal override double? Real(JobColumn column) => SlurmColumns.Reals[column.Index]?.Invoke(this);

    internal override ReadOnlySpan<byte> Utf8(JobColumn column) => SlurmColumns.Texts[column.Index] is { } text ? LogText.ToUtf8(text(this)) : [];

    internal override string? Text(JobColumn column) => Utf8(column) switch
    {
        { IsEmpty: true } => null,
        var text when column.Kind == ColumnKind.FreeText => LogText.Decode(text),
        var text => Shared(text),
    };

    private static string Shared(ReadOnlySpan<byte> text)
    {
        shared ??= new TextPool<string>();
        if (!shared.TryGet(text, out var value))
        {
            value = LogText.Decode(text);
            shared.Set(text, value);
        }

        return value;
    }
}
