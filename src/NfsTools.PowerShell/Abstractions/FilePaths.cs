using System.Collections.ObjectModel;
using System.Management.Automation;
using Microsoft.PowerShell.Commands;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>Turns what users write for a path (relative to the session's location, on a PowerShell drive, with wildcards) into file names.</summary>
internal static class FilePaths
{
    /// <summary>The files that a path with wildcards names; a path without them must exist.</summary>
    /// <exception cref="SessionStateException">There is none.</exception>
    public static Collection<string> Matching(PSCmdlet cmdlet, string path)
    {
        RequirePath(path);
        var pattern = PathName.Read(path);
        if (!WildcardPattern.ContainsWildcardCharacters(pattern) && LostNames.IsUnknown(pattern))
        {
            // PowerShell would look for another file.
            var file = Literal(cmdlet, WildcardPattern.Unescape(path));
            return LostNames.IsThere(file) ? [file] : throw new ItemNotFoundException($"Cannot find path '{file}' because it does not exist.");
        }

        var found = cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(pattern, out var provider);
        RequireFileSystem(provider, path);

        // Names that are not UTF-8 come out of PowerShell's listings as others, or not at all.
        var place = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(pattern, out _, out _);
        Collection<string> files = [.. found.Select(PathName.Resolved).Where(file => !LostNames.IsLost(file)).Concat(LostNames.Matching(place, Word)).Distinct()];
        return files.Count > 0 ? files : throw new ItemNotFoundException($"No file matches '{path}'.");
    }

    /// <summary>The file that a path names letter by letter, whether it exists or not.</summary>
    /// <exception cref="SessionStateException">There is no such drive.</exception>
    public static string Literal(PSCmdlet cmdlet, string path)
    {
        RequirePath(path);
        var file = PathName.Resolved(cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(PathName.Read(path), out var provider, out _));
        RequireFileSystem(provider, path);
        RequireName(file);
        return file;
    }

    /// <summary>The directory that the session is in, as far as files go.</summary>
    /// <exception cref="SessionStateException">PowerShell has lost its name.</exception>
    public static string Location(PSCmdlet cmdlet)
    {
        var directory = cmdlet.SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        RequireName(directory);
        return directory;
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
            : exception is LostNameException lost
            ? (ErrorIds.PathNameLost, ErrorCategory.ObjectNotFound, lost.Remedy)
            : exception is NotFileSystemException
            ? (ErrorIds.PathNotFileSystem, ErrorCategory.InvalidArgument, "Name a file, by a path such as /var/log/lsb.acct.")
            : (ErrorIds.PathNotFound, ErrorCategory.ObjectNotFound, "Check the name. Where it holds characters that are wildcards, such as [, use -LiteralPath.");
        return NfsToolsCommand.Error(new NfsToolsException(exception.Message, remedy, exception), id, category, path);
    }

    // A word of a pattern. As in PowerShell's own listings, a name that begins with a dot is hidden from wildcards.
    private static (Func<string, bool>? Fits, string Name) Word(string word) =>
        WildcardPattern.ContainsWildcardCharacters(word) && new WildcardPattern(word, WildcardOptions.IgnoreCase) is var wildcards
            ? (name => wildcards.IsMatch(name) && name.StartsWith('.') == word.StartsWith('.'), "")
            : (null, PathName.Resolved(WildcardPattern.Unescape(word)));

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

    private static void RequireName(string file)
    {
        if (LostNames.IsLost(file))
        {
            throw new LostNameException(file);
        }
    }

    private sealed class LostNameException(string file)
        : SessionStateException($"There is no file '{file}': U+FFFD in a name stands for bytes that are not UTF-8, which PowerShell cannot pass on.")
    {
        private const int MostNamed = 3;

        public string Remedy => LostNames.Candidates(file) is { Count: > 0 } files
            ? $"Write the name as {string.Join(" or ", files.Take(MostNamed).Select(NameText.Write))}."
            : "Write each such byte as \\x and two digits, such as caf\\xE9.";
    }

    private sealed class NoPathException(string message) : SessionStateException(message);

    private sealed class NotFileSystemException(string message) : SessionStateException(message);
}
