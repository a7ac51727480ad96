using System.IO.Hashing;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>The fields of one row of sacct; texts are made when they are asked for.</summary>
/// <param name="bytes">The row.</param>
/// <param name="places">Where each column's field begins and how long it is, by turns.</param>
/// <param name="context">Which columns there are.</param>
/// <param name="json">The job in JSON that the row was made of; empty where it stands in its log.</param>
internal readonly struct SlurmRow(ReadOnlyMemory<byte> bytes, int[] places, SlurmContext context, ReadOnlyMemory<byte> json = default)
{
    /// <summary>The row's columns.</summary>
    public SlurmContext Context => context;

    /// <summary>What the fields' places stand in, for the next row.</summary>
    public int[] Places => places;

    /// <summary>A hash that tells copies of a row from other rows; no proof against forgery.</summary>
    public long Hash => (long)XxHash3.HashToUInt64(json.IsEmpty ? bytes.Span.TrimEnd("\r\n"u8) : json.Span);

    /// <summary>A field as it stands in the row; empty where there is no such column.</summary>
    public ReadOnlySpan<byte> this[SlurmColumn column] => context[column] is >= 0 and var place ? bytes.Span.Slice(places[2 * place], places[(2 * place) + 1]) : [];

    /// <summary>The id of the job or step.</summary>
    public ReadOnlySpan<byte> Id => context[SlurmColumn.JobID] >= 0 ? this[SlurmColumn.JobID] : this[SlurmColumn.JobIDRaw];

    /// <summary>All fields that are not empty, by their columns' names; of JSON all values, by their keys.</summary>
    public IReadOnlyDictionary<string, string> Fields()
    {
        if (!json.IsEmpty)
        {
            return SlurmDocumentFields.Of(json.Span);
        }

        var fields = new Dictionary<string, string>(context.Names.Length);
        for (var i = 0; i < context.Names.Length; i++)
        {
            if (places[(2 * i) + 1] > 0)
            {
                fields.TryAdd(context.Names[i], LogText.Decode(bytes.Span.Slice(places[2 * i], places[(2 * i) + 1])));
            }
        }

        return fields;
    }

    /// <summary>A whole number; null for none.</summary>
    public long? Whole(SlurmColumn column) => SlurmValue.Count(this[column]);

    /// <summary>How long something took, in seconds; null where it is not said.</summary>
    public double? Seconds(SlurmColumn column) => this[column] is { IsEmpty: false } text ? SlurmValue.Duration(text) : null;

    /// <summary>When something was, in seconds since 1970 UTC; null for never.</summary>
    /// <param name="column">Which time.</param>
    /// <param name="near">A time near to it, which tells the hour that comes twice.</param>
    /// <param name="isDoubtful">Nothing told it.</param>
    public long? Time(SlurmColumn column, long? near, out bool isDoubtful)
    {
        isDoubtful = false;
        return SlurmValue.Clock(this[column]) is { } clock ? context.Zone.ToSeconds(clock, near, out isDoubtful) : SlurmValue.Epoch(this[column]);
    }
}
