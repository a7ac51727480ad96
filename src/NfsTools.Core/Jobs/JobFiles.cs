using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Jobs;

/// <summary>The files of a job.</summary>
public sealed record JobFiles
{
    /// <summary>What it reads.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>What it writes. A file that is an input too is updated in its place.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>Those of its inputs that may be gone afterwards, as with mv.</summary>
    public IReadOnlyList<string> Consumed { get; init; } = [];

    /// <summary>Those of its inputs that it gives more names, as ln and cp -l do: their ctimes may move.</summary>
    public IReadOnlyList<string> Linked { get; init; } = [];

    /// <summary>Those of its outputs that it may rightly leave as they are, as cp -u does, but that must be there; a symbolic link is, wherever it leads.</summary>
    public IReadOnlyList<string> Optional { get; init; } = [];

    /// <summary>Whether it surely gives no others of its inputs more names: of commands in the shipped table that is known.</summary>
    internal bool LinksAreKnown { get; init; }

    /// <summary>These files and others.</summary>
    public JobFiles With(JobFiles more) => new()
    {
        Inputs = [.. Inputs.Union(more.Inputs, StringComparer.Ordinal)],
        Outputs = [.. Outputs.Union(more.Outputs, StringComparer.Ordinal)],
        Consumed = [.. Consumed.Union(more.Consumed, StringComparer.Ordinal)],
        Linked = [.. Linked.Union(more.Linked, StringComparer.Ordinal)],
        Optional = [.. Optional.Union(more.Optional, StringComparer.Ordinal)],
    };

    /// <summary>The same files by absolute paths.</summary>
    /// <param name="directory">What relative paths are relative to.</param>
    public JobFiles In(string directory)
    {
        return this with { Inputs = Absolute(Inputs), Outputs = Absolute(Outputs), Consumed = Absolute(Consumed), Linked = Absolute(Linked), Optional = Absolute(Optional) };

        List<string> Absolute(IReadOnlyList<string> paths) =>
            [.. paths.Select(p => FilePath.Absolute(p, directory)).Distinct(StringComparer.Ordinal)];
    }
}
