using System.Management.Automation;
using NfsTools.Accounting.Model;
using NfsTools.PowerShell.Completion;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>A cmdlet that asks a store for certain jobs.</summary>
public abstract class StoreQueryCommand : AccountingCommand
{
    /// <summary>The parameter set of <see cref="Store"/>.</summary>
    protected const string StoreSet = "Store";

    /// <summary>The store.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = StoreSet, HelpMessage = "The store: an SQLite file, or a PostgreSQL database such as \"Host=db;Database=accounting\", that the collector writes.")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string Store { get; set; } = "";

    /// <summary>The file with the database's password.</summary>
    [Parameter(ParameterSetName = StoreSet, HelpMessage = PasswordFileHelp)]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string? PasswordFile { get; set; }

    /// <summary>Users.</summary>
    [Parameter(ParameterSetName = StoreSet, HelpMessage = "Jobs of these users.")]
    [ArgumentCompleter(typeof(StoreValueCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] User { get; set; } = [];

    /// <summary>Queues.</summary>
    [Parameter(ParameterSetName = StoreSet, HelpMessage = "Jobs of these queues.")]
    [ArgumentCompleter(typeof(StoreValueCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Queue { get; set; } = [];

    /// <summary>Projects.</summary>
    [Parameter(ParameterSetName = StoreSet, HelpMessage = "Jobs of these projects.")]
    [ArgumentCompleter(typeof(StoreValueCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Project { get; set; } = [];

    /// <summary>Hosts.</summary>
    [Parameter(ParameterSetName = StoreSet, HelpMessage = "Jobs that held a slot on one of these hosts.")]
    [Alias("Host")]
    [ValidateNotNullOrEmpty]
    public string[] HostName { get; set; } = [];

    /// <summary>States.</summary>
    [Parameter(ParameterSetName = StoreSet, HelpMessage = "Jobs that ended in these states: DONE, EXIT.")]
    [ArgumentCompleter(typeof(StateCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] State { get; set; } = [];

    /// <summary>Job numbers.</summary>
    [Parameter(ParameterSetName = StoreSet, HelpMessage = "Jobs of these numbers: every array element and every end of them.")]
    [ValidateNotNullOrEmpty]
    [ValidateRange(1, long.MaxValue)]
    public long[] JobId { get; set; } = [];

    /// <summary>Clusters.</summary>
    [Parameter(ParameterSetName = StoreSet, HelpMessage = "Jobs of these clusters.")]
    [ArgumentCompleter(typeof(StoreValueCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Cluster { get; set; } = [];

    /// <summary>The earliest end.</summary>
    [Parameter(HelpMessage = "Jobs that ended at this time or later. A text without a time zone is UTC.")]
    [UtcText]
    [ValidateNotNull]
    public DateTimeOffset? From { get; set; }

    /// <summary>The end of the time span.</summary>
    [Parameter(HelpMessage = "Jobs that ended before this time. A text without a time zone is UTC.")]
    [UtcText]
    [ValidateNotNull]
    public DateTimeOffset? To { get; set; }

    /// <summary>What the parameters ask for.</summary>
    private protected JobFilter Filter()
    {
        // Elsewhere in PowerShell a name may be a pattern; here it would silently fit nothing.
        foreach (var name in new[] { User, Queue, Project, HostName, State, Cluster }.SelectMany(n => n).Where(n => n.AsSpan().ContainsAny('*', '?')))
        {
            WriteWarning($"'{name}' is compared as it is: names are given in full, * and ? are no wildcards here. Where-Object -like takes patterns.");
        }

        return new JobFilter
        {
            Users = User,
            Queues = Queue,
            Projects = Project,
            Hosts = HostName,
            States = State,
            JobIds = JobId,
            Clusters = Cluster,
            From = From,
            To = To,
        };
    }
}
