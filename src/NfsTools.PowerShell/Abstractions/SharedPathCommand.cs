using System.Collections.ObjectModel;
using System.Management.Automation;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>A cmdlet that takes files and directories, there or not, by -Path with wildcards or by -LiteralPath.</summary>
public abstract class SharedPathCommand : NfsToolsCommand
{
    /// <summary>The parameter set of <see cref="Path"/>.</summary>
    protected const string PathSet = "Path";

    /// <summary>The parameter set of <see cref="LiteralPath"/>.</summary>
    protected const string LiteralPathSet = "LiteralPath";

    /// <summary>Files and directories; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true, HelpMessage = "Files or directories; wildcards are allowed. Without wildcards they need not exist.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathText(Wildcards = true)]
    public string[] Path { get; set; } = [];

    /// <summary>Files and directories, named letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true, HelpMessage = "Files or directories, named letter by letter: no character is a wildcard.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Whether a path could not be resolved, which was told.</summary>
    private protected bool Unresolved { get; private set; }

    /// <summary>The files that are meant; a path that cannot be resolved is told as an error and left out.</summary>
    protected IEnumerable<string> ResolvePaths()
    {
        var literal = ParameterSetName == LiteralPathSet;
        return (literal ? LiteralPath : Path).SelectMany(path => Resolve(path, literal));
    }

    /// <summary>The file name behind what the user wrote; null where that names no file, after the error was told.</summary>
    private protected string? ResolveFile(string path, Action<ErrorRecord> fail)
    {
        try
        {
            return FilePaths.Literal(this, path);
        }
        catch (SessionStateException e)
        {
            fail(FilePaths.Error(e, path));
            return null;
        }
    }

    /// <summary>The files that one path means; none where it cannot be resolved, after that was told as an error.</summary>
    private Collection<string> Resolve(string path, bool literal)
    {
        try
        {
            return FilePaths.Resolve(this, path, literal, mustExist: false);
        }
        catch (SessionStateException e)
        {
            Unresolved = true;
            WriteError(FilePaths.Error(e, path));
            return [];
        }
    }
}
