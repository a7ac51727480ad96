using NfsTools.Accounting;
using NfsTools.Accounting.Formats;

namespace NfsTools.Configuration;

/// <summary>
/// A collector's configuration file (collector.yaml): the store, how to collect, and the logs. Relative paths in it are
/// relative to the file.
/// </summary>
/// <param name="Store">The store, absolute.</param>
/// <param name="Options">What to collect, and how.</param>
public sealed record CollectorConfiguration(string Store, CollectorOptions Options)
{
    /// <summary>The shortest time between two looks at the logs, in seconds.</summary>
    public const double LeastPollSeconds = 0.1;

    /// <summary>The longest time between two looks at the logs, in seconds.</summary>
    public const double MostPollSeconds = 3600;

    /// <summary>The longest time NUL bytes may wait to be filled in, in seconds: a week.</summary>
    public const double MostNulPatienceSeconds = 7 * 86400;

    /// <summary>How a log can be written.</summary>
    public static readonly IReadOnlyList<string> LogFormats = ["text", "json"];

    /// <summary>What a log can be limited to, from all to the gravest.</summary>
    public static readonly IReadOnlyList<string> LogLevels = ["info", "warning", "error"];

    private const string StoreKey = "store";
    private const string OnceKey = "once";
    private const string PollKey = "pollSeconds";
    private const string NulPatienceKey = "nulPatienceSeconds";
    private const string LogKey = "log";
    private const string LogLevelKey = "logLevel";
    private const string SourcesKey = "sources";
    private const string PathKey = "path";
    private const string ClusterKey = "cluster";
    private const string FormatKey = "format";

    /// <summary>How <c>nfstools collect</c> writes its log, one of <see cref="LogFormats"/>; null where the file does not say.</summary>
    public string? Log { get; init; }

    /// <summary>The least of <see cref="LogLevels"/> that <c>nfstools collect</c> logs; null where the file does not say.</summary>
    public string? LogLevel { get; init; }

    /// <summary>Reads a configuration file.</summary>
    /// <exception cref="NfsToolsException">It cannot be read, or something in it is wrong; the message names line and column.</exception>
    public static CollectorConfiguration Load(string path)
    {
        var file = YamlMapping.Load(path, [StoreKey, OnceKey, PollKey, NulPatienceKey, LogKey, LogLevelKey, SourcesKey]);
        var directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        var store = Path.GetFullPath(file.Text(StoreKey), directory);
        var options = new CollectorOptions { Sources = Sources(file, directory) };
        return new CollectorConfiguration(store, options with
        {
            Once = file.Flag(OnceKey) ?? options.Once,
            PollInterval = Seconds(file.Number(PollKey, LeastPollSeconds, MostPollSeconds)) ?? options.PollInterval,
            NulPatience = Seconds(file.Number(NulPatienceKey, 0, MostNulPatienceSeconds)) ?? options.NulPatience,
        })
        {
            Log = file.Word(LogKey, LogFormats),
            LogLevel = file.Word(LogLevelKey, LogLevels),
        };
    }

    private static TimeSpan? Seconds(double? seconds) => seconds is { } value ? TimeSpan.FromSeconds(value) : null;

    private static List<CollectorSource> Sources(YamlMapping file, string directory)
    {
        var sources = new List<CollectorSource>();
        foreach (var entry in file.Mappings(SourcesKey, [PathKey, ClusterKey, FormatKey]))
        {
            var source = new CollectorSource(Path.GetFullPath(entry.Text(PathKey), directory), entry.TextOrNull(ClusterKey), Format(entry));
            if (sources.Exists(s => s.Path == source.Path))
            {
                throw entry.Error(PathKey, $"{source.Path} is named twice", "Remove one of the two entries.");
            }

            sources.Add(source);
        }

        return sources;
    }

    private static string? Format(YamlMapping entry) => entry.TextOrNull(FormatKey) is not { } format || RecordFormats.Names.Contains(format, StringComparer.OrdinalIgnoreCase)
        ? entry.TextOrNull(FormatKey)
        : throw entry.Error(FormatKey, $"there is no accounting format \"{format}\"", $"Name one of: {string.Join(", ", RecordFormats.Names)}.");
}
