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

    /// <summary>These files and others.</summary>
    public JobFiles With(JobFiles more) => new()
    {
        Inputs = [.. Inputs.Union(more.Inputs, StringComparer.Ordinal)],
        Outputs = [.. Outputs.Union(more.Outputs, StringComparer.Ordinal)],
        Consumed = [.. Consumed.Union(more.Consumed, StringComparer.Ordinal)],
    };

    /// <summary>The same files by absolute paths.</summary>
    /// <param name="directory">What relative paths are relative to.</param>
    public JobFiles In(string directory)
    {
        return new JobFiles { Inputs = Absolute(Inputs), Outputs = Absolute(Outputs), Consumed = Absolute(Consumed) };

        List<string> Absolute(IReadOnlyList<string> paths) =>
            [.. paths.Select(p => Path.TrimEndingDirectorySeparator(Path.GetFullPath(p, directory))).Distinct(StringComparer.Ordinal)];
    }
}
