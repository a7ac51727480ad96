namespace NfsTools.Interop;

/// <summary>Paths as the kernel takes them.</summary>
public static class FilePath
{
    // As many as the kernel follows (path_resolution(7)).
    private const int MostLinks = 40;

    /// <summary>Whether the working directory was deleted: it is there to whoever is in it, but has no name.</summary>
    public static bool WorkingDirectoryIsGone => Libc.RealPath(".") is null;

    /// <summary>
    /// A path made absolute, symbolic links kept. ".." leads to the parent of where the words before it lead: behind a symbolic
    /// link that is another directory than the text says.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="directory">What it is relative to, absolute; null for the working directory.</param>
    public static string Absolute(string path, string? directory = null)
    {
        var full = Path.Join(path.StartsWith('/') ? "" : directory ?? WorkingDirectory(), path);
        var words = full.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var done = "";
        foreach (var word in words.Where(w => w != "."))
        {
            done = word == ".." ? ParentOf(done) : $"{done}/{word}";
        }

        return done.Length == 0 ? "/" : done;
    }

    /// <summary>A path made absolute, by its text alone.</summary>
    /// <param name="path">The path.</param>
    /// <param name="directory">What it is relative to, absolute; null for the working directory, whose name .NET has only where that is UTF-8.</param>
    public static string Full(string path, string? directory = null) => Path.GetFullPath(path, path.StartsWith('/') ? "/" : directory ?? WorkingDirectory());

    /// <summary>
    /// The path that a path leads to: all symbolic links followed, also where what is behind them is not there yet. Two names of
    /// one file, there or to be made, have one.
    /// </summary>
    /// <param name="path">The path.</param>
    public static string Resolve(string path)
    {
        var rest = Absolute(path);
        for (var links = 0; links < MostLinks; links++)
        {
            if (Libc.RealPath(rest) is { } real)
            {
                return real;
            }

            // The deepest directory that is there, and the names that are not.
            var (there, missing) = (rest, "");
            while (there != "/" && Libc.RealPath(there) is null && !IsLink(there))
            {
                (there, missing) = (Path.GetDirectoryName(there)!, Path.Join(Path.GetFileName(there), missing));
            }

            if (!IsLink(there) || Libc.RealPath(there) is not null)
            {
                return Path.TrimEndingDirectorySeparator(Path.Join(Libc.RealPath(there) ?? there, missing));
            }

            // A link to what is not there.
            rest = Absolute(Path.Join(Libc.ReadLink(there) ?? "", missing), Path.GetDirectoryName(there));
        }

        return rest;
    }

    /// <summary>Whether a path is another one, or below it; both absolute.</summary>
    public static bool IsBelow(string path, string directory) =>
        path.StartsWith(directory, StringComparison.Ordinal) && (path.Length == directory.Length || directory == "/" || path[directory.Length] == '/');

    private static string WorkingDirectory() => Libc.RealPath(".") ?? Directory.GetCurrentDirectory();

    private static string ParentOf(string path)
    {
        var parent = Path.GetDirectoryName(path) is { Length: > 1 } above ? above : "";
        return Libc.RealPath(path) is { } real && Path.GetDirectoryName(real) is { } other && other != Libc.RealPath(parent.Length > 0 ? parent : "/")
            ? other.Length > 1 ? other : ""
            : parent;
    }

    private static bool IsLink(string path)
    {
        try
        {
            return FileStatus.Of(path, follow: false) is { IsLink: true };
        }
        catch (IOException)
        {
            return false;
        }
    }
}
