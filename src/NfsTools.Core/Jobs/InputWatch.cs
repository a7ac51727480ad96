using NfsTools.Interop;

namespace NfsTools.Jobs;

/// <summary>
/// Sees what this host does to a job's inputs while it runs, by inotify(7). Needed where an output is another name of an input:
/// that moves the input's ctime, behind which a change with its time set back could hide.
/// </summary>
internal sealed class InputWatch : IDisposable
{
    private const uint Writes = Inotify.Modify | Inotify.CloseWrite;
    private const uint Names = Inotify.Create | Inotify.Delete | Inotify.MovedFrom | Inotify.MovedTo;
    private readonly Inotify inotify = new();
    private readonly Dictionary<int, string> watched = [];
    private readonly HashSet<string> touched = new(StringComparer.Ordinal);
    private bool isBlind;

    /// <param name="files">The inputs, links followed.</param>
    public InputWatch(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            Watch(file, Writes);
            Watch(Path.GetDirectoryName(file) ?? "/", Names);
        }
    }

    /// <summary>Whether a file was opened for writing, or another file has had its name, or that cannot be told.</summary>
    /// <param name="file">One of the inputs, links followed.</param>
    public bool MayHaveTouched(string file)
    {
        foreach (var seen in isBlind ? [] : inotify.Read())
        {
            isBlind |= seen.IsOverflow;
            if (watched.TryGetValue(seen.Watch, out var at))
            {
                touched.Add(seen.Name.Length > 0 ? Path.Join(at, seen.Name) : at);
            }
        }

        return isBlind || touched.Contains(file);
    }

    public void Dispose() => inotify.Dispose();

    private void Watch(string path, uint mask)
    {
        // Where instances or watches are used up, nothing can be told.
        if (inotify.Add(path, out _, mask) is { } watch)
        {
            watched[watch] = path;
        }
        else
        {
            isBlind = true;
        }
    }
}
