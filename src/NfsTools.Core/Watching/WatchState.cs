using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using NfsTools.Coordination;
using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Watching;

/// <summary>What a watch has seen, as a file: the next start reports what changed meanwhile.</summary>
internal static partial class WatchState
{
    private const int Version = 1;

    // Millions of files.
    private const int MostBytes = 1 << 30;

    /// <summary>Writes the state; it appears under its name whole, or not at all.</summary>
    /// <exception cref="NfsToolsException">It cannot be written.</exception>
    public static void Save(string path, WatchList list)
    {
        // A directory that no look has reached yet is left out: nothing is known of it, so all of it would be news to the next start.
        var content = new Content(
            Version,
            [.. list.All.Select(w => w.Tree).Where(t => !t.IsBehindLink).SelectMany(t => t.Directories.Where(d => d.Known is not null).Select(d => Folder.Of(t, d)))],
            [.. list.Names.Select(n => Led.Of(n)).OfType<Led>()]);
        WholeFile.Write(path, "state", file => JsonSerializer.Serialize(file, content, StateJson.Default.Content));
    }

    /// <summary>Whether a file is the state, its lock, or one on its way to become it.</summary>
    public static bool IsOwn(string path, string state) =>
        path == state || path == state + OwnFile.LockEnding || (path.StartsWith(state + ".", StringComparison.Ordinal) && path.EndsWith(".tmp", StringComparison.Ordinal));

    /// <summary>
    /// Brings back what was seen, into the trees with the same roots. What was on a file system that is not mounted now waits until it is:
    /// the directory below tells nothing of it.
    /// </summary>
    /// <exception cref="NfsToolsException">It cannot be read, or is no state.</exception>
    public static void Load(string path, WatchList list, long now)
    {
        try
        {
            if (FileStatus.Of(path) is null)
            {
                return;
            }

            var content = JsonSerializer.Deserialize(NativeFile.ReadAll(path, MostBytes), StateJson.Default.Content);
            if (content?.Version != Version)
            {
                throw new NfsToolsException($"{path}: the state has version {content?.Version}, this program knows version {Version}.", "Use the NfsTools version that wrote it, or another file.");
            }

            foreach (var folder in content.Folders.DistinctBy(f => f.Root))
            {
                list.Expect(folder.Root, folder.Mounted?.Mount);
            }

            foreach (var tree in list.All.Select(w => w.Tree))
            {
                foreach (var folders in content.Folders.Where(f => f.Root == tree.Root && tree.Has(f.Path)).GroupBy(f => f.Path))
                {
                    // Several watches may have shared a directory; the one with the same names knows them best.
                    BringBack(tree, folders.MaxBy(f => f.Names == tree.Names)!, now);
                }

                tree.EnterMissing();
            }

            foreach (var name in list.Names)
            {
                BringBack(name, content.Links?.FirstOrDefault(l => l.Path == name.Path));
            }
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

    private static void BringBack(NamedFile name, Led? led)
    {
        if (led is not null)
        {
            name.Restore(led.Entry?.Status, (led.Target, led.Mounted.Mount));
        }
        else
        {
            name.RestoreUnled();
        }
    }

    private static void BringBack(WatchedTree tree, Folder folder, long now)
    {
        var directory = tree.Enter(folder.Path, known: null);
        directory.Known = folder.Names;

        // What was on a file system that another one hides by now is not gone.
        var isHidden = folder.Mounted is { } mounted && mounted.MountPoint.Length < tree.Place.Mount.MountPoint.Length;
        foreach (var seen in isHidden ? [] : folder.Entries)
        {
            if (tree.Names.Includes(seen.Name, seen.Status.IsDirectory))
            {
                directory.Entries[seen.Name] = new WatchedEntry(seen.Status, now, 0);
            }
        }
    }

    internal sealed record Content(int Version, IReadOnlyList<Folder> Folders, IReadOnlyList<Led>? Links = null);

    // What a name led to through links, and where that was.
    internal sealed record Led(string Path, string Target, Mounted Mounted, Seen? Entry = null)
    {
        public static Led? Of(NamedFile name) => name.Led is { } led ? new Led(name.Path, led.Target, Mounted.Of(led.Mount), led.Status is { } status ? Seen.Of(led.Target, status) : null) : null;
    }

    internal sealed record Folder(string Root, string Path, string Filter, bool Recurse, IReadOnlyList<Seen> Entries, Mounted? Mounted = null)
    {
        [JsonIgnore]
        public WatchedNames Names => new(Filter, Recurse);

        public static Folder Of(WatchedTree tree, WatchedDirectory directory) =>
            new(tree.Root, directory.Path, directory.Known!.Filter, directory.Known.Recurse, [.. directory.Entries.Select(e => Seen.Of(e.Key, e.Value.Status))], Mounted.Of(tree.Place.Mount));
    }

    internal sealed record Mounted(string MountPoint, string Root, string Type, string Source)
    {
        [JsonIgnore]
        public Mount Mount => new(MountPoint, Root, Type, Source, ReadOnlyDictionary<string, string>.Empty) { Id = -1 };

        public static Mounted Of(Mount mount) => new(mount.MountPoint, mount.Root, mount.Type, mount.Source);
    }

    internal sealed record Seen(string Name, ulong Inode, ushort Mode, long Size, long ModifyTimeNs, long ChangeTimeNs, long BornAtNs = 0)
    {
        [JsonIgnore]
        public FileStatus Status => new(0, Inode, Mode, Size, ModifyTimeNs, ChangeTimeNs, BornAt: BornAtNs);

        public static Seen Of(string name, FileStatus status) => new(name, status.Inode, status.Mode, status.Size, status.ModifyTime, status.ChangeTime, status.BornAt);
    }

    // All fields are demanded: a file that lacks some is none of ours.
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, Converters = [typeof(Names)])]
    [JsonSerializable(typeof(Content))]
    private sealed partial class StateJson : JsonSerializerContext;

    // Every text of a state is a name, or a pattern of names.
    internal sealed class Names : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => NameText.Read(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(NameText.Write(value));
    }
}
