using System.Text.Json;
using System.Text.Json.Serialization;
using NfsTools.Interop;

namespace NfsTools.Stamps;

/// <summary>Stamps of files as a JSON file, for another host or a later time to compare with.</summary>
public static partial class StampManifest
{
    private const int Version = 1;

    /// <summary>Writes a manifest; it appears under its name whole, or not at all.</summary>
    /// <exception cref="NfsToolsException">It cannot be written.</exception>
    public static void Write(string path, IEnumerable<FileStamp> stamps)
    {
        var content = new Content(Version, [.. stamps.Select(Entry.Of)]);
        WholeFile.Write(path, "manifest", file => JsonSerializer.Serialize(file, content, Json.Default.Content));
    }

    /// <summary>Reads a manifest, past the client's caches: another host may have written it just now.</summary>
    /// <exception cref="NfsToolsException">It cannot be read, or is no manifest.</exception>
    public static IReadOnlyList<FileStamp> Read(string path)
    {
        try
        {
            new FreshStamps().Take(path);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = JsonSerializer.Deserialize(file, Json.Default.Content);
            return content?.Version == Version
                ? [.. content.Files.Select(f => f?.ToStamp() ?? throw new JsonException())]
                : throw new NfsToolsException($"{path}: the manifest has version {content?.Version}, this program knows version {Version}.", "Use the NfsTools version that wrote it, or a newer one.");
        }
        catch (JsonException e)
        {
            throw new NfsToolsException($"{path}:{(e.LineNumber ?? 0) + 1}:{(e.BytePositionInLine ?? 0) + 1}: this is no manifest of stamps.", "Name a file that \"nfstools stamp --export\" wrote.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NfsToolsException($"{path}: the manifest cannot be read: {e.Message.TrimEnd('.')}.", "Check the name, the owner and the mode.", e);
        }
    }

    internal sealed record Content(int Version, IReadOnlyList<Entry> Files);

    internal sealed record Entry(string Path, bool Exists, ushort Mode, long Size, long ModifyTimeNs, long ChangeTimeNs, ulong Inode, uint Links, StampMethod Method, string Doubt, DateTimeOffset TakenAt)
    {
        public static Entry Of(FileStamp stamp) => new(
            stamp.Path, stamp.Exists, stamp.Status?.Mode ?? 0, stamp.Size, stamp.Status?.ModifyTime ?? 0, stamp.Status?.ChangeTime ?? 0, stamp.Inode, stamp.Status?.Links ?? 0, stamp.Method, stamp.Doubt, stamp.TakenAt);

        public FileStamp ToStamp() => new()
        {
            Path = Path,
            Status = Exists ? new FileStatus(0, Inode, Mode, Size, ModifyTimeNs, ChangeTimeNs, Links) : null,
            Method = Method,
            Doubt = Doubt,
            TakenAt = TakenAt,
        };
    }

    // All fields are demanded: a file that lacks some is none of ours.
    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true, RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(Content))]
    private sealed partial class Json : JsonSerializerContext;
}
