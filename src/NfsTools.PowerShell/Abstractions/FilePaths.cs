using System.Collections.ObjectModel;
using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>Turns what users write for a path (relative to the session's location, on a PowerShell drive, with wildcards) into file names.</summary>
internal static class FilePaths
{
    /// <summary>The files that a path with wildcards names; a path without them must exist.</summary>
    /// <exception cref="SessionStateException">There is none.</exception>
    public static Collection<string> Matching(PSCmdlet cmdlet, string path)
    {
        RequirePath(path);
        var files = cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out var provider);
        RequireFileSystem(provider, path);
        return files.Count > 0 ? files : throw new ItemNotFoundException($"No file matches '{path}'.");
    }

    /// <summary>The file that a path names letter by letter, whether it exists or not.</summary>
    /// <exception cref="SessionStateException">There is no such drive.</exception>
    public static string Literal(PSCmdlet cmdlet, string path)
    {
        RequirePath(path);
        var file = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        RequireFileSystem(provider, path);
        return file;
    }

    /// <summary>The files that a path means.</summary>
    /// <param name="cmdlet">The cmdlet that was given it.</param>
    /// <param name="path">The path.</param>
    /// <param name="literal">No character of it is a wildcard.</param>
    /// <param name="mustExist">A path without wildcards must name a file that is there.</param>
    /// <exception cref="SessionStateException">There is none.</exception>
    public static Collection<string> Resolve(PSCmdlet cmdlet, string path, bool literal, bool mustExist)
    {
        if (literal)
        {
            return [Literal(cmdlet, path)];
        }

        return mustExist || WildcardPattern.ContainsWildcardCharacters(path)
            ? Matching(cmdlet, path)
            : [Literal(cmdlet, WildcardPattern.Unescape(path))];
    }

    /// <summary>The error that an exception of this class stands for.</summary>
    public static ErrorRecord Error(SessionStateException exception, string path)
    {
        var (id, category, remedy) = exception is NoPathException
            ? (ErrorIds.PathMissing, ErrorCategory.InvalidArgument, $"Give objects with a path in one of the properties {string.Join(", ", PathTextAttribute.Properties)}, or names as texts.")
            : exception is NotFileSystemException
            ? (ErrorIds.PathNotFileSystem, ErrorCategory.InvalidArgument, "Name a file, by a path such as /var/log/lsb.acct.")
            : (ErrorIds.PathNotFound, ErrorCategory.ObjectNotFound, "Check the name. Where it holds characters that are wildcards, such as [, use -LiteralPath.");
        return new ErrorRecord(exception, id, category, path) { ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = remedy } };
    }

    private static void RequirePath(string path)
    {
        if (path.StartsWith(PathTextAttribute.NoPath))
        {
            throw new NoPathException($"An object of the type {path[1..]} names no file: it has no path.");
        }
    }

    private static void RequireFileSystem(ProviderInfo provider, string path)
    {
        if (provider.Name != FileSystemProvider.ProviderName)
        {
            throw new NotFileSystemException($"'{path}' is on the provider {provider.Name}; only files can be read.");
        }
    }

    private sealed class NoPathException(string message) : SessionStateException(message);

    private sealed class NotFileSystemException(string message) : SessionStateException(message);
}
