namespace NfsTools.Jobs;

/// <summary>What became of an expectation.</summary>
public enum StampVerdict
{
    /// <summary>The file is as expected.</summary>
    Holds,

    /// <summary>Nothing is there.</summary>
    Missing,

    /// <summary>It was written before the time expected.</summary>
    Older,

    /// <summary>It was written after the time expected.</summary>
    Newer,

    /// <summary>Its mtime is the expected one, but size, ctime or inode differ; or something is there that should not be.</summary>
    Different,

    /// <summary>The file system did not answer the question, which says nothing of the file.</summary>
    NoAnswer,
}
