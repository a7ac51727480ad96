using System.Text.Json;
using System.Text.Json.Serialization;
using NfsTools.Interop;

namespace NfsTools.Watching;

/// <summary>What a watch has seen, as a file: the next start reports what changed meanwhile.</summary>
internal static partial class WatchState
{
    private const int Version = 1;

    /// <summary>Writes the state; it appears under its name whole, or not at all.</summary>
    /// <exception cref="NfsToolsException">It cannot be written.</exception>
    public static void Save(string path, IEnumerable<WatchedTree> trees)
    {
        // A directory that no look has reached yet is left out: nothing is known of it, so all of it would be news to the next start.
        var content = new Content(Version, [.. trees.SelectMany(t => t.Directories.Where(d => !d.Silent).Select(d => new Folder(t.Root, d.Path, [.. d.Entries.Select(Seen.Of)])))]);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(content, StateJson.Default.Content));
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NfsToolsException($"{path}: the state cannot be written: {e.Message.TrimEnd('.')}.", "Name a file in a directory that exists and that you may write to.", e);
        }
    }

    /// <summary>Whether a file is the state, or one on its way to become it.</summary>
    public static bool IsOwn(string path, string state) =>
        path == state || (path.StartsWith(state + ".", StringComparison.Ordinal) && path.EndsWith(".tmp", StringComparison.Ordinal));

    /// <summary>Brings back what was seen, into the trees with the same roots.</summary>
    /// <exception cref="NfsToolsException">It cannot be read, or is no state.</exception>
    public static void Load(string path, IReadOnlyList<WatchedTree> trees, long now)
    {
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            var content = JsonSerializer.Deserialize(File.ReadAllBytes(path), StateJson.Default.Content);
            if (content?.Version != Version)
            {
                throw new NfsToolsException($"{path}: the state has version {content?.Version}, this program knows version {Version}.", "Use the NfsTools version that wrote it, or another file.");
            }

            foreach (var (folder, tree) in from folder in content.Folders from tree in trees where tree.Root == folder.Root && tree.Has(folder.Path) select (folder, tree))
            {
                var directory = tree.Enter(folder.Path, silent: false);
                foreach (var seen in folder.Entries.Where(e => tree.Includes(e.Name, new FileStatus(0, 0, e.Mode, 0, 0, 0).IsDirectory)))
                {
                    directory.Entries[seen.Name] = new WatchedEntry(new FileStatus(0, seen.Inode, seen.Mode, seen.Size, seen.ModifyTimeNs, seen.ChangeTimeNs), now, 0);
                }
            }

            trees.ToList().ForEach(t => t.EnterMissing());
        }
        catch (JsonException e)
        {
            throw new NfsToolsException($"{path}:{(e.LineNumber ?? 0) + 1}:{(e.BytePositionInLine ?? 0) + 1}: this is no state of a watch.", "Name the file that an earlier watch wrote, or one that does not exist yet.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NfsToolsException($"{path}: the state cannot be read: {e.Message.TrimEnd('.')}.", "Check the owner and the mode.", e);
        }
    }

    internal sealed record Content(int Version, IReadOnlyList<Folder> Folders);

    internal sealed record Folder(string Root, string Path, IReadOnlyList<Seen> Entries);

    internal sealed record Seen(string Name, ulong Inode, ushort Mode, long Size, long ModifyTimeNs, long ChangeTimeNs)
    {
        public static Seen Of(KeyValuePair<string, WatchedEntry> entry) => new(
            entry.Key, entry.Value.Status.Inode, entry.Value.Status.Mode, entry.Value.Status.Size, entry.Value.Status.ModifyTime, entry.Value.Status.ChangeTime);
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Content))]
    private sealed partial class StateJson : JsonSerializerContext;
}
