using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using NfsTools.Yaml;

namespace NfsTools.Jobs.Flows;

/// <summary>A job of a flow.</summary>
public sealed partial class FlowJob
{
    internal FlowJob(YamlMapping source) => Source = source;

    /// <summary>Its name: letters, digits, dots, dashes and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>The program and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>What it reads, absolute.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>What it writes, absolute.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>The directory it starts in, absolute.</summary>
    public required string Directory { get; init; }

    /// <summary>What it finds in its environment besides what is there.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Where it runs; null for the host that runs the flow.</summary>
    public FlowHost? Host { get; init; }

    /// <summary>How long it may run.</summary>
    public TimeSpan Timeout { get; init; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>It is wrapped by <c>nfstools run</c> on its host; otherwise its files are checked from the host that runs the flow.</summary>
    public bool Wrap { get; init; } = true;

    /// <summary>A fingerprint of what it does: when that changes, it is out of date.</summary>
    internal string Definition => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        [Command, Inputs, Outputs, [Directory], [.. Environment.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key}={e.Value}")]], WordsJson.Default.IReadOnlyListStringArray)));

    /// <summary>Where it is defined, for errors about it.</summary>
    internal YamlMapping Source { get; }

    [JsonSerializable(typeof(IReadOnlyList<string>[]))]
    private sealed partial class WordsJson : JsonSerializerContext;
}
