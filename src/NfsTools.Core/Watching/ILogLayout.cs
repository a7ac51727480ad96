namespace NfsTools.Watching;

/// <summary>Which files make up one log, by their names: which belong together, in which order, and which of them may still grow.</summary>
internal interface ILogLayout
{
    /// <summary>The name that <c>layout</c> takes.</summary>
    string Name { get; }

    /// <summary>Whether a log is a directory, whose newest file grows; otherwise it is the file that grows, with its archives beside it.</summary>
    bool IsDirectory { get; }

    /// <summary>The place of a file of the log among the others that do not grow any more; null for a file that is none of it.</summary>
    /// <param name="log">The name of the log: of the file that grows, or of the directory.</param>
    /// <param name="entry">The name of a file beside it, or in it, without the ending that tells how it is compressed.</param>
    LogPlace? PlaceOf(string log, string entry);
}

/// <summary>The place of a file among those of its log.</summary>
/// <param name="Order">The higher, the newer it is.</param>
/// <param name="ByChange">Its last change tells instead, which compression keeps; those come before all others.</param>
internal readonly record struct LogPlace(long Order, bool ByChange = false);
