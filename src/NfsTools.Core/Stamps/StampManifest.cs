using System.Text.Json;
using NfsTools.Interop;

namespace NfsTools.Stamps;

/// <summary>
/// Stamps of files as a JSON file, for another host or a later time to compare with. Written and read token by token: a job of a
/// few milliseconds would wait for a serializer to be compiled.
/// </summary>
public static class StampManifest
{
    private const int Version = 1;
    private const string What = "manifest";

    // Millions of files.
    private const int MostBytes = 1 << 30;
    private static readonly JsonWriterOptions Layout = new() { Indented = true };

    // Only directories have this one.
    private const string Contents = "contents";

    // All fields are demanded: a file that lacks some is none of ours.
    private static readonly string[] Fields = ["path", "exists", "mode", "size", "modifyTimeNs", "changeTimeNs", "inode", "links", "method", "doubt", "takenAt"];

    /// <summary>Why no manifest is written where some of the files could not be looked at: who compares with it would take it for whole.</summary>
    public static NfsToolsException Lacking(string path) => new($"{path}: the manifest was not written, because it would lack files.", "Name only files that can be looked at.");

    /// <summary>Writes a manifest; it appears under its name whole, or not at all.</summary>
    /// <exception cref="NfsToolsException">It cannot be written, has the name of one of the files, or a stamp is of a device, a pipe or a socket.</exception>
    public static void Write(string path, IEnumerable<FileStamp> stamps)
    {
        IReadOnlyList<FileStamp> all = [.. stamps];
        WholeFile.Spare(path, What, all.Select(s => s.Path));
        WholeFile.Write(path, What, file => Write(path, all, file));
    }

    /// <summary>Reads a manifest, past the client's caches: another host may have written it just now.</summary>
    /// <param name="path">The manifest.</param>
    /// <param name="stamps">Who looks past the caches; null for somebody new.</param>
    /// <exception cref="NfsToolsException">It cannot be read, or is no manifest.</exception>
    public static IReadOnlyList<FileStamp> Read(string path, FreshStamps? stamps = null)
    {
        byte[] content;
        try
        {
            (stamps ?? new FreshStamps()).Take(path);
            content = NativeFile.ReadAll(path, MostBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NfsToolsException($"{path}: the manifest cannot be read: {e.Message.TrimEnd('.')}.", "Check the name, the owner and the mode.", e);
        }

        var reader = new Utf8JsonReader(content);
        try
        {
            return Parse(path, ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            var before = content.AsSpan(0, (int)Math.Min(reader.TokenStartIndex, content.Length));
            var (line, column) = e is JsonException { LineNumber: { } number, BytePositionInLine: { } position }
                ? (number, position)
                : (before.Count((byte)'\n'), before.Length - before.LastIndexOf((byte)'\n') - 1);
            throw new NfsToolsException($"{path}:{line + 1}:{column + 1}: this is no manifest of stamps.", "Name a file that \"nfstools stamp --export\" wrote.", e);
        }
    }

    private static void Write(string path, IReadOnlyList<FileStamp> stamps, Stream file)
    {
        using var json = new Utf8JsonWriter(file, Layout);
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteStartArray("files");
        foreach (var stamp in stamps)
        {
            if (stamp.Status is { IsPassing: true } passing)
            {
                throw new NfsToolsException($"{path}: the manifest was not written: {stamp.Path} is {passing.Kind}, of which nothing stays to compare.", "Leave it out.");
            }

            Write(json, stamp);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FileStamp stamp)
    {
        json.WriteStartObject();
        json.WriteString("path", NameText.Write(stamp.Path));
        json.WriteBoolean("exists", stamp.Exists);
        json.WriteNumber("mode", stamp.Status?.Mode ?? 0);
        json.WriteNumber("size", stamp.Size);
        json.WriteNumber("modifyTimeNs", stamp.Status?.ModifyTime ?? 0);
        json.WriteNumber("changeTimeNs", stamp.Status?.ChangeTime ?? 0);
        json.WriteNumber("inode", stamp.Inode);
        json.WriteNumber("links", stamp.Status?.Links ?? 0);
        json.WriteString("method", stamp.Method.ToString());
        json.WriteString("doubt", stamp.Doubt);
        json.WriteString("takenAt", stamp.TakenAt);
        if (stamp.Tree is { } tree)
        {
            json.WriteString(Contents, tree.Digest);
        }

        json.WriteEndObject();
    }

    private static List<FileStamp> Parse(string path, ref Utf8JsonReader json)
    {
        List<FileStamp>? files = null;
        var version = 0;
        Next(ref json, JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("version"))
            {
                json.Read();
                version = json.GetInt32();
                if (version != Version)
                {
                    throw new NfsToolsException($"{path}: the manifest has version {version}, this program knows version {Version}.", "Use the NfsTools version that wrote it, or a newer one.");
                }
            }
            else if (json.ValueTextEquals("files"))
            {
                files = [];
                Next(ref json, JsonTokenType.StartArray);
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    files.Add(ParseFile(ref json));
                }
            }
            else
            {
                json.Skip();
            }
        }

        // What stands behind the manifest says that it was not written whole, or by somebody else.
        return version == Version && files is not null && json.TokenType == JsonTokenType.EndObject && !json.Read() ? files : throw new JsonException();
    }

    private static FileStamp ParseFile(ref Utf8JsonReader json)
    {
        string? path = "";
        string? doubt = "";
        var method = StampMethod.Direct;
        DateTimeOffset takenAt = default;
        FileStatus status = default;
        var exists = false;
        DirectoryTree? tree = null;
        var seen = 0;
        Demand(json.TokenType == JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            var field = Array.IndexOf(Fields, name);
            json.Read();
            seen |= field < 0 ? 0 : 1 << field;
            switch (field)
            {
                case 0:
                    path = NameText.Read(json.GetString() ?? "");
                    break;
                case 1:
                    exists = json.GetBoolean();
                    break;
                case 2:
                    status = status with { Mode = json.GetUInt16() };
                    break;
                case 3:
                    status = status with { Size = json.GetInt64() };
                    break;
                case 4:
                    status = status with { ModifyTime = json.GetInt64() };
                    break;
                case 5:
                    status = status with { ChangeTime = json.GetInt64() };
                    break;
                case 6:
                    status = status with { Inode = json.GetUInt64() };
                    break;
                case 7:
                    status = status with { Links = json.GetUInt32() };
                    break;
                case 8:
                    Demand(Enum.TryParse(json.GetString(), out method));
                    break;
                case 9:
                    doubt = json.GetString();
                    break;
                case 10:
                    takenAt = json.GetDateTimeOffset();
                    break;
                case var _ when name == Contents:
                    tree = new DirectoryTree(json.GetString() ?? "");
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        Demand(seen == (1 << Fields.Length) - 1 && path is ['/', ..] && doubt is not null);
        return new FileStamp { Path = path!, Status = exists ? status : null, Tree = exists ? tree : null, Method = method, Doubt = doubt!, TakenAt = takenAt };
    }

    private static void Next(ref Utf8JsonReader json, JsonTokenType token) => Demand(json.Read() && json.TokenType == token);

    private static void Demand(bool holds)
    {
        if (!holds)
        {
            throw new JsonException();
        }
    }
}
