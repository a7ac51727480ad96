using System.Globalization;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Yaml;

namespace NfsTools.Accounting.Collecting;

/// <summary>
/// A collector's configuration file (collector.yaml): the store, how to collect, and the logs. Relative paths in it are
/// relative to the file.
/// </summary>
/// <param name="Store">The store.</param>
/// <param name="Options">What to collect, and how.</param>
public sealed record CollectorConfiguration(StoreAddress Store, CollectorOptions Options)
{
    /// <summary>The shortest time between two looks at the logs, in seconds.</summary>
    public const double LeastPollSeconds = 0.1;

    /// <summary>The longest time between two looks at the logs, in seconds.</summary>
    public const double MostPollSeconds = 3600;

    /// <summary>The longest time NUL bytes may wait to be filled in, in seconds: a week.</summary>
    public const double MostNulPatienceSeconds = 7 * 86400;

    /// <summary>The shortest lease, in seconds.</summary>
    public const double LeastLeaseSeconds = 2;

    /// <summary>The longest lease, in seconds.</summary>
    public const double MostLeaseSeconds = CollectorOptions.LongestLeaseSeconds;

    /// <summary>How a log can be written.</summary>
    public static readonly IReadOnlyList<string> LogFormats = ["text", "json"];

    /// <summary>What a log can be limited to, from all to the gravest.</summary>
    public static readonly IReadOnlyList<string> LogLevels = ["info", "warning", "error"];

    /// <summary>The roles, by the words they are told by.</summary>
    public static readonly IReadOnlyDictionary<string, CollectorRole> Roles =
        new Dictionary<string, CollectorRole> { ["single"] = CollectorRole.Single, ["replica"] = CollectorRole.Replica, ["failover"] = CollectorRole.Failover };

    /// <summary>What a time zone is for, in a sentence.</summary>
    public const string TimeZoneHelp = "The time zone that the days of a new store's roll-up and reports are of, e.g. Europe/Zurich; UTC where nothing else is said.";

    private const string RoleRemedy = "An SQLite file has role single, or replica where each node has one of its own; a PostgreSQL database has role failover. Without a role, the store tells.";

    private const string StoreKey = "store";
    private const string PasswordFileKey = StoreMisfit.PasswordFile;
    private const string AllowNetworkStoreKey = StoreMisfit.AllowNetworkStore;
    private const string TimeZoneKey = "timezone";
    private const string RoleKey = StoreMisfit.Role;
    private const string LeaseKey = StoreMisfit.Lease;
    private const string OnceKey = "once";
    private const string PollKey = "pollSeconds";
    private const string NulPatienceKey = "nulPatienceSeconds";
    private const string MetricsKey = "metrics";
    private const string LogKey = "log";
    private const string LogLevelKey = "logLevel";
    private const string SourcesKey = "sources";
    private const string PathKey = "path";
    private const string CommandKey = "command";
    private const string SinceKey = "since";
    private const string LagKey = "lagSeconds";
    private const string TimeoutKey = "timeoutSeconds";
    private const string ClusterKey = "cluster";
    private const string FormatKey = "format";
    private const string ArchivesKey = "archives";
    private const string LayoutKey = "layout";

    // What goes with logs alone, and with commands alone.
    private static readonly string[] OfLogs = [ArchivesKey, LayoutKey];
    private static readonly string[] OfCommands = [SinceKey, PollKey, LagKey, TimeoutKey];

    /// <summary>The file that the collector's metrics are kept in (<see cref="CollectorMetricsFile"/>), absolute; null for none.</summary>
    public string? Metrics { get; init; }

    /// <summary>How <c>nfstools collect</c> writes its log, one of <see cref="LogFormats"/>; null where the file does not say.</summary>
    public string? Log { get; init; }

    /// <summary>The least of <see cref="LogLevels"/> that <c>nfstools collect</c> logs; null where the file does not say.</summary>
    public string? LogLevel { get; init; }

    /// <summary>Whether the length of the lease was asked for.</summary>
    public bool HasLease { get; init; }

    /// <summary>What of it does nothing with its store; null where all of it counts.</summary>
    public StoreMisfit? Misfit => Options.Role is { } role && (role == CollectorRole.Failover) != Store.IsServer ? new(RoleKey, RoleRemedy)
        : HasLease && !Store.IsServer ? new(LeaseKey, "Nodes hold leases in a PostgreSQL database. Leave the setting out, or name one.")
        : Store.Misfit;

    /// <summary>The same in another store, reached in the same way.</summary>
    public CollectorConfiguration In(StoreAddress other) => this with { Store = other.With(Store.PasswordFile, Store.AllowNetwork).In(Store.TimeZone) };

    /// <summary>Reads a configuration file.</summary>
    /// <exception cref="NfsToolsException">It cannot be read, or something in it is wrong; the message names line and column.</exception>
    public static CollectorConfiguration Load(string path)
    {
        var file = YamlMapping.Load(path, [StoreKey, PasswordFileKey, AllowNetworkStoreKey, TimeZoneKey, RoleKey, LeaseKey, OnceKey, PollKey, NulPatienceKey, MetricsKey, LogKey, LogLevelKey, SourcesKey]);
        var directory = Path.GetDirectoryName(FilePath.Full(path)) ?? "/";
        var address = Address(file, directory);
        var store = Checked(file, TimeZoneKey, () => address.In(file.TextOrNull(TimeZoneKey)));
        var options = new CollectorOptions { Sources = Sources(file, directory) };
        var lease = Seconds(file.Number(LeaseKey, LeastLeaseSeconds, MostLeaseSeconds));
        var configuration = new CollectorConfiguration(store, options with
        {
            Once = file.Flag(OnceKey) ?? options.Once,
            PollInterval = Seconds(file.Number(PollKey, LeastPollSeconds, MostPollSeconds)) ?? options.PollInterval,
            NulPatience = Seconds(file.Number(NulPatienceKey, 0, MostNulPatienceSeconds)) ?? options.NulPatience,
            Role = file.Word(RoleKey, [.. Roles.Keys]) is { } role ? Roles[role] : null,
            Lease = lease ?? options.Lease,
        })
        {
            Metrics = file.TextOrNull(MetricsKey) is { } metrics ? FilePath.Full(NameText.Read(metrics), directory) : null,
            Log = file.Word(LogKey, LogFormats),
            LogLevel = file.Word(LogLevelKey, LogLevels),
            HasLease = lease is not null,
        };
        return configuration.Misfit is { } misfit ? throw file.Error(misfit.Setting, StoreMisfit.Describe("it", configuration.Store), misfit.Remedy) : configuration;
    }

    private static StoreAddress Address(YamlMapping file, string directory)
    {
        try
        {
            var store = file.Text(StoreKey);
            return StoreAddress.Parse(StoreAddress.NamesServer(store) ? store : NameText.Read(store), directory).With(
                file.TextOrNull(PasswordFileKey) is { } password ? FilePath.Full(NameText.Read(password), directory) : null, file.Flag(AllowNetworkStoreKey) ?? false);
        }
        catch (NfsToolsException e) when (StoreAddress.NamesServer(file.Text(StoreKey)))
        {
            throw file.Error(StoreKey, e.Message.TrimEnd('.'), e.Remedy);
        }
    }

    // What is wrong with a value, told with its place.
    private static T Checked<T>(YamlMapping file, string key, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (NfsToolsException e)
        {
            throw file.Error(key, e.Message.TrimEnd('.'), e.Remedy);
        }
    }

    private static TimeSpan? Seconds(double? seconds) => seconds is { } value ? TimeSpan.FromSeconds(value) : null;

    private static List<CollectorSource> Sources(YamlMapping file, string directory)
    {
        var sources = new List<CollectorSource>();
        foreach (var entry in file.Mappings(SourcesKey, [PathKey, CommandKey, ClusterKey, FormatKey, TimeZoneKey, .. OfLogs, .. OfCommands]))
        {
            var isCommand = entry.Has(CommandKey);
            if (isCommand ? entry.Has(PathKey) : !entry.Has(PathKey) && OfCommands.Any(entry.Has))
            {
                throw entry.Error(isCommand ? PathKey : OfCommands.First(entry.Has), "a source is a log or a command", $"Give each a source of its own: \"- {PathKey}: ...\" or \"- {CommandKey}: ...\".");
            }

            if ((isCommand ? OfLogs : OfCommands).FirstOrDefault(entry.Has) is { } other)
            {
                throw entry.Error(other, $"it does nothing for a {(isCommand ? "command" : "log")}", "Remove it.");
            }

            var source = isCommand ? OfCommand(entry) : OfLog(entry, directory);
            if (sources.Exists(s => s.Path == source.Path && (!isCommand || s.Cluster == source.Cluster)))
            {
                throw entry.Error(isCommand ? CommandKey : PathKey, $"{source.Path} is named twice", "Remove one of the two entries.");
            }

            sources.Add(source);
        }

        return sources;
    }

    private static CollectorSource OfLog(YamlMapping entry, string directory)
    {
        var path = FilePath.Full(NameText.Read(entry.Text(PathKey)), directory);
        var (cluster, format, zone) = (entry.TextOrNull(ClusterKey), Format(entry), entry.TextOrNull(TimeZoneKey));
        var (layout, archives) = (entry.Word(LayoutKey, CollectorSource.Layouts), entry.Texts(ArchivesKey));
        var source = Checked(entry, new[] { TimeZoneKey, FormatKey }.FirstOrDefault(entry.Has, PathKey), () => new CollectorSource(path, cluster, format, zone) { Layout = layout });
        return Checked(entry, ArchivesKey, () => source with { Archives = [.. archives.Select(NameText.Read)] });
    }

    private static CollectorSource OfCommand(YamlMapping entry)
    {
        var command = Checked(entry, CommandKey, () => entry.IsList(CommandKey) ? SourceCommand.Of(entry.Texts(CommandKey)) : SourceCommand.Of(entry.Text(CommandKey)));
        command = command with
        {
            Since = Since(entry) ?? command.Since,
            PollInterval = Seconds(entry.Number(PollKey, SourceCommand.LeastSeconds, SourceCommand.MostSeconds)) ?? command.PollInterval,
            Lag = Seconds(entry.Number(LagKey, 0, SourceCommand.MostLagSeconds)) ?? command.Lag,
            Timeout = Seconds(entry.Number(TimeoutKey, SourceCommand.LeastSeconds, SourceCommand.MostSeconds)) ?? command.Timeout,
        };
        var (cluster, format, zone) = (entry.TextOrNull(ClusterKey), Format(entry), entry.TextOrNull(TimeZoneKey));
        return Checked(entry, new[] { TimeZoneKey, FormatKey }.FirstOrDefault(entry.Has, CommandKey), () => new CollectorSource(command, cluster, format, zone));
    }

    private static DateTimeOffset? Since(YamlMapping entry) => entry.TextOrNull(SinceKey) is not { } text ? null
        : DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.ToUnixTimeSeconds() >= 0
            ? time
            : throw entry.Error(SinceKey, $"\"{text}\" is no time since 1970", "Write 2026-11-21, or 2026-11-21T20:57:27+01:00; without an offset it is UTC.");

    private static string? Format(YamlMapping entry) => entry.TextOrNull(FormatKey) is not { } format || RecordFormats.Names.Contains(format, StringComparer.OrdinalIgnoreCase)
        ? entry.TextOrNull(FormatKey)
        : throw entry.Error(FormatKey, $"there is no accounting format \"{format}\"", $"Name one of: {string.Join(", ", RecordFormats.Names)}.");
}
