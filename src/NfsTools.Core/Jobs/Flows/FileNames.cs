using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Jobs.Flows;

/// <summary>
/// One name for each file, whatever a flow calls it: symbolic links are followed, and a directory that is mounted at several
/// places (bind mounts) has the name that was seen first.
/// </summary>
internal sealed class FileNames
{
    private readonly Dictionary<(ulong Device, ulong Inode), string> directories = [];
    private readonly Dictionary<string, string> known = new(StringComparer.Ordinal) { ["/"] = "/" };

    /// <summary>Knows nothing but the root yet.</summary>
    public FileNames()
    {
        if (IdentityOf("/", directory: true) is { } root)
        {
            directories[root] = "/";
        }
    }

    /// <summary>The one name of a path, which need not be there.</summary>
    public string Of(string path) => OfResolved(FilePath.Resolve(path));

    /// <summary>What tells a file from all others; null where there is none.</summary>
    public static (ulong Device, ulong Inode)? IdentityOf(string path, bool directory = false)
    {
        try
        {
            return FileStatus.Of(path) is { } status && (directory ? status.IsDirectory : status.IsRegular) ? (status.Device, status.Inode) : null;
        }
        catch (IOException)
        {
            // What cannot be looked at has its name alone. The look at the files will tell why.
            return null;
        }
    }

    private string OfResolved(string path)
    {
        if (known.TryGetValue(path, out var name))
        {
            return name;
        }

        name = Path.Join(OfResolved(Path.GetDirectoryName(path) ?? "/"), Path.GetFileName(path));
        if (IdentityOf(path, directory: true) is { } identity && !directories.TryAdd(identity, name))
        {
            name = directories[identity];
        }

        return known[path] = name;
    }
}
