using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.Watching;

namespace NfsTools.Accounting.Collecting;

/// <summary>How a collector works.</summary>
public sealed record CollectorOptions
{
    /// <summary>The longest lease there is, in seconds.</summary>
    public const double LongestLeaseSeconds = StoreLease.LongestSeconds;

    /// <summary>The logs.</summary>
    public required IReadOnlyList<CollectorSource> Sources { get; init; }

    /// <summary>Read what is there and end, instead of following the logs.</summary>
    public bool Once { get; init; }

    /// <summary>How often the logs are looked at when inotify tells of nothing; at least 100 ms.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long NUL bytes inside a live log may wait to be filled in by their writer's host before they are taken for
    /// damage and kept as a reject. Counted from when this run saw them first; on a local file system also from the log's
    /// last change, so that runs with <see cref="Once"/> come to an end of waiting too.
    /// </summary>
    public TimeSpan NulPatience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How nodes share the work; null for what the store is made for: one collector for an SQLite file, failover for a database.</summary>
    public CollectorRole? Role { get; init; }

    /// <summary>
    /// After so long without a sign of life, or without reading its logs, the active collector is replaced by another one;
    /// 2 s to an hour.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Sees that there are logs, and none is a directory, a pipe or a device. One that is not there, or does not answer, may come to be one.</summary>
    /// <exception cref="NfsToolsException">There is none, or one is something else.</exception>
    public void Check()
    {
        if (Sources.Count == 0)
        {
            throw new NfsToolsException("No accounting file is named.", "Name the live file, e.g. LSB_SHAREDIR/cluster/logdir/lsb.acct.");
        }

        foreach (var source in Sources.Where(s => s.Command is null))
        {
            source.Family.Check();
        }
    }
}
