using System.Collections.ObjectModel;
using System.Management.Automation;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>A cmdlet that takes accounting files, by -Path with wildcards or by -LiteralPath.</summary>
public abstract class LogPathCommand : AccountingCommand
{
    /// <summary>The parameter set of <see cref="Path"/>.</summary>
    protected const string PathSet = "Path";

    /// <summary>The parameter set of <see cref="LiteralPath"/>.</summary>
    protected const string LiteralPathSet = "LiteralPath";

    /// <summary>Accounting files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true, HelpMessage = "Accounting files, e.g. lsb.acct; wildcards are allowed.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathText(Wildcards = true)]
    public string[] Path { get; set; } = [];

    /// <summary>Accounting files, named letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true, HelpMessage = "Accounting files, named letter by letter: no character is a wildcard.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The files that are meant; a path that cannot be resolved is told as an error and left out.</summary>
    /// <param name="mustExist">Whether a path without wildcards must name a file that is there.</param>
    protected IEnumerable<string> ResolvePaths(bool mustExist)
    {
        var literal = ParameterSetName == LiteralPathSet;
        foreach (var path in literal ? LiteralPath : Path)
        {
            foreach (var file in Resolve(path, literal, mustExist))
            {
                yield return file;
            }
        }
    }

    private Collection<string> Resolve(string path, bool literal, bool mustExist)
    {
        try
        {
            return FilePaths.Resolve(this, path, literal, mustExist);
        }
        catch (SessionStateException e)
        {
            WriteError(FilePaths.Error(e, path));
            return [];
        }
    }
}
