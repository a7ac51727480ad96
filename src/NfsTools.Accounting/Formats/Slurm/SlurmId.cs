namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>The parts of an id of sacct.</summary>
/// <param name="job">The job's number; that of its array or of the leader of a heterogeneous job.</param>
/// <param name="element">The element of an array; null for none and for several.</param>
/// <param name="elements">The elements of an array that stayed together, e.g. 1-3,9; empty for none.</param>
/// <param name="component">The component of a heterogeneous job; null for none.</param>
/// <param name="step">The step; empty for a job.</param>
internal readonly ref struct SlurmId(long job, long? element, ReadOnlySpan<byte> elements, long? component, ReadOnlySpan<byte> step)
{
    public long Job { get; } = job;

    public long? Element { get; } = element;

    public ReadOnlySpan<byte> Elements { get; } = elements;

    public long? Component { get; } = component;

    public ReadOnlySpan<byte> Step { get; } = step;

    /// <summary>Reads an id.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static SlurmId Of(ReadOnlySpan<byte> text)
    {
        var dot = text.IndexOf((byte)'.');
        var step = dot < 0 ? [] : text[(dot + 1)..];
        text = dot < 0 ? text : text[..dot];
        var (array, plus) = (text.IndexOf((byte)'_'), text.IndexOf((byte)'+'));
        var end = array >= 0 ? array : plus >= 0 ? plus : text.Length;
        var rest = end < text.Length ? text[(end + 1)..] : [];
        var several = array >= 0 && rest.StartsWith((byte)'[') && rest.EndsWith((byte)']');
        var number = end < text.Length && !several ? SlurmValue.Whole(rest) : null;
        return SlurmValue.Whole(text[..end]) is { } job && (end == text.Length || several || number is not null)
            ? new SlurmId(job, array >= 0 ? number : null, several ? rest[1..^1] : [], array < 0 ? number : null, step)
            : throw new InvalidDataException($"\"{System.Text.Encoding.ASCII.GetString(text)}\" is no id of a job");
    }
}
