using System.IO.Enumeration;

namespace NfsTools.Watching;

/// <summary>Which names in a tree are watched.</summary>
/// <param name="Filter">The names meant, with the wildcards * and ?.</param>
/// <param name="Recurse">Whether directories are entered, whatever they are called.</param>
internal sealed record WatchedNames(string Filter, bool Recurse)
{
    /// <summary>Whether what happens to an entry is told.</summary>
    public bool IsMeant(string name) => FileSystemName.MatchesSimpleExpression(Filter, name, ignoreCase: false);

    /// <summary>Whether an entry is kept in sight: the names meant, and the directories that are entered.</summary>
    public bool Includes(string name, bool isDirectory) => (Recurse && isDirectory) || IsMeant(name);
}
