using System.Globalization;
using System.Text;
using NfsTools.Accounting.Sources;
using NfsTools.Interop;

namespace NfsTools.Accounting.Collecting;

/// <summary>
/// How a collector stands, in Prometheus' text exposition format. Fed by what the collector tells, which it passes on. Every
/// metric is labelled with the store, so that collectors of one host stay apart. Thread safe.
/// </summary>
/// <param name="next">Told of all that this is told of.</param>
/// <param name="time">The clock.</param>
public sealed class CollectorMetrics(IProgress<CollectorEvent>? next = null, TimeProvider? time = null) : IProgress<CollectorEvent>
{
    private const string Prefix = "nfstools_collector_";

    /// <summary>What the text begins with.</summary>
    internal static ReadOnlySpan<byte> Beginning => "# HELP nfstools_"u8;

    private readonly TimeProvider clock = time ?? TimeProvider.System;
    private readonly Lock gate = new();
    private readonly Dictionary<(string Cluster, string Path), LogMetrics> all = [];
    private readonly DateTimeOffset started = (time ?? TimeProvider.System).GetUtcNow();
    private List<LogMetrics> followed = [];
    private string store = "";
    private bool active;
    private DateTimeOffset? ended;
    private long version;

    /// <summary>Counts the changes, other than that time goes by.</summary>
    public long Version => Volatile.Read(ref version);

    /// <summary>New records and rejects of this process so far, and the bytes that its logs have waiting.</summary>
    public (long Records, long Rejects, long LagBytes) Totals
    {
        get
        {
            lock (gate)
            {
                return (followed.Sum(l => l.Records), followed.Sum(l => l.Rejects), followed.Sum(l => l.LagBytes ?? 0));
            }
        }
    }

    /// <summary>Names what is collected; what was counted for a log goes on.</summary>
    /// <param name="sources">The logs.</param>
    /// <param name="name">The store.</param>
    /// <param name="isActive">Whether this collector is the only one of its store; one of several tells when it is active.</param>
    public void Follow(IReadOnlyList<CollectorSource> sources, string name, bool isActive) => Change(() =>
    {
        (store, active, ended) = (name, isActive, null);
        followed = [.. sources.Select(Of)];
    });

    /// <summary>The collector has ended.</summary>
    public void End() => Change(() => (active, ended) = (false, clock.GetUtcNow()));

    /// <inheritdoc/>
    public void Report(CollectorEvent value)
    {
        Change(() =>
        {
            active = value.Kind switch
            {
                CollectorEventKind.Active => true,
                CollectorEventKind.Standby => false,
                _ => active,
            };
            if (value.Source is not null)
            {
                Of(value.Source).Add(value, clock.GetUtcNow());
            }
        });
        next?.Report(value);
    }

    /// <summary>The metrics as they are now.</summary>
    public override string ToString()
    {
        lock (gate)
        {
            var text = new StringBuilder();
            var now = clock.GetUtcNow();
            Metric(text, "build_info", "gauge", "The version of NfsTools.", $"version=\"{typeof(CollectorMetrics).Assembly.GetName().Version!.ToString(3)}\"", 1);
            Metric(text, "up", "gauge", "Whether the collector runs.", "", ended is null ? 1 : 0);
            Metric(text, "active", "gauge", "Whether this collector is the one that writes to its store.", "", active ? 1 : 0);
            Metric(text, "start_time_seconds", "gauge", "When the collector began, in seconds since 1970.", "", Unix(started));
            if (ended is { } end)
            {
                Metric(text, "end_time_seconds", "gauge", "When the collector ended, in seconds since 1970.", "", Unix(end));
            }

            Metrics(text, "lag_bytes", "gauge", "Bytes in the log and its archives that were not in the store at the last look.", l => l.LagBytes);
            Metrics(text, "lag_seconds", "gauge", "How long they have waited since the last commit, or since they were found; 0 without any.", l => l.LagSeconds(now));
            Metrics(text, "last_look_timestamp_seconds", "gauge", "When the log could be looked at last, in seconds since 1970.", l => Unix(l.LastLook));
            Metrics(text, "last_commit_timestamp_seconds", "gauge", "When records of the log were committed last by this process, in seconds since 1970.", l => Unix(l.LastCommit));
            Metrics(text, "bytes_total", "counter", "Bytes read and committed by this process.", l => l.Bytes);
            Metrics(text, "records_total", "counter", "Records committed by this process that were new to the store.", l => l.Records);
            Metrics(text, "duplicates_total", "counter", "Records read by this process that the store had already.", l => l.Duplicates);
            Metrics(text, "rejects_total", "counter", "Stretches that this process could not read, and kept as rejects.", l => l.Rejects);
            Metrics(text, "missing_generations", "gauge", "Files of the log that were not read to their end and are found nowhere.", l => l.Missing);
            return text.ToString();
        }
    }

    private static double? Unix(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds() / 1000.0;

    // The three characters that end a label's value, or its line; what cannot be seen is written as JSON has it.
    private static string Label(string name, string value) =>
        $"{name}=\"{SafeText.Escaped(NameText.Write(value)).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {Prefix}{name} {help}\n# TYPE {Prefix}{name} {type}\n");

    private void Change(Action change)
    {
        lock (gate)
        {
            change();
            version++;
        }
    }

    private LogMetrics Of(CollectorSource source) => all.TryGetValue((source.Cluster, source.Path), out var known) ? known : all[(source.Cluster, source.Path)] = new LogMetrics(source);

    private void Metric(StringBuilder text, string name, string type, string help, string labels, double? value)
    {
        Head(text, name, type, help);
        Sample(text, name, labels, value);
    }

    private void Metrics(StringBuilder text, string name, string type, string help, Func<LogMetrics, double?> value)
    {
        Head(text, name, type, help);
        foreach (var log in followed)
        {
            Sample(text, name, $"{Label("cluster", log.Source.Cluster)},{Label("path", log.Source.Path)}", value(log));
        }
    }

    private void Sample(StringBuilder text, string name, string labels, double? value)
    {
        if (value is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Prefix}{name}{{{Label("store", store)}{(labels.Length > 0 ? "," : "")}{labels}}} {value}\n");
        }
    }

    private sealed class LogMetrics(CollectorSource source)
    {
        // Since when bytes have waited without any being committed.
        private DateTimeOffset? behindSince;

        public CollectorSource Source => source;

        public long? LagBytes { get; private set; }

        public int? Missing { get; private set; }

        public DateTimeOffset? LastLook { get; private set; }

        public DateTimeOffset? LastCommit { get; private set; }

        public long Bytes { get; private set; }

        public long Records { get; private set; }

        public long Duplicates { get; private set; }

        public long Rejects { get; private set; }

        public double? LagSeconds(DateTimeOffset now) => LagBytes is null ? null : behindSince is { } since ? Math.Max(0, (now - since).TotalSeconds) : 0;

        public void Add(CollectorEvent told, DateTimeOffset now)
        {
            Missing = told.Missing ?? Missing;
            switch (told.Kind)
            {
                case CollectorEventKind.Looked:
                    (LagBytes, LastLook) = (told.Bytes, now);
                    behindSince = told.Bytes > 0 ? behindSince ?? now : null;
                    break;
                case CollectorEventKind.Committed:
                    (Bytes, Records, Duplicates, Rejects) = (Bytes + told.Bytes, Records + told.Records, Duplicates + told.Duplicates, Rejects + told.Rejects);
                    LagBytes = Math.Max(0, (LagBytes ?? 0) - told.Bytes);
                    LastCommit = now;
                    behindSince = LagBytes > 0 ? now : null;
                    break;
            }
        }
    }
}
