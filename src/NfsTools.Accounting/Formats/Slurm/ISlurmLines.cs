namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>What lines of a text of Slurm's are, told by their bytes alone.</summary>
internal interface ISlurmLines
{
    /// <summary>Whether a line begins a record; one that is not whole, whether it may do so.</summary>
    static abstract bool Begins(ReadOnlySpan<byte> line, bool isWhole);

    /// <summary>Whether a line of a record can be its last one: what stands behind the texts of users stands in it.</summary>
    static abstract bool Ends(ReadOnlySpan<byte> line);

    /// <summary>Whether a line, blanks around it left out, names columns.</summary>
    static abstract bool IsHeader(ReadOnlySpan<byte> line);
}
