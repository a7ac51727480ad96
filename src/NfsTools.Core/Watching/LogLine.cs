using System.Text;

namespace NfsTools.Watching;

/// <summary>A line of a followed log, and where it stands.</summary>
public sealed record LogLine
{
    /// <summary>The log that is followed.</summary>
    public required string LivePath { get; init; }

    /// <summary>The name the content was found under: the live one, or an archive's.</summary>
    public required string Path { get; init; }

    /// <summary>The file's worth of the log it belongs to, whatever that is called by now.</summary>
    public required LogGeneration Generation { get; init; }

    /// <summary>Its first byte in the generation, from 0.</summary>
    public required long Offset { get; init; }

    /// <summary>Its length in bytes, its newline included.</summary>
    public int Length => Bytes.Length;

    /// <summary>Who wrote it, as far as can be told: inotify told of this host's writing, looks alone of another's.</summary>
    public required FileEventOrigin Origin { get; init; }

    /// <summary>How many bytes of the file were known behind it when it was read; 0 for the last line there was.</summary>
    public required long Remaining { get; init; }

    /// <summary>The text, without the newline.</summary>
    public string Line => Encoding.UTF8.GetString(Bytes.Span.TrimEnd("\r\n"u8));

    /// <summary>The line's bytes, its newline included where it has one.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The text.</summary>
    public override string ToString() => Line;
}
