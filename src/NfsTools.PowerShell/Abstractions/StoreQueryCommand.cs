using System.Collections;
using System.Management.Automation;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Store;
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
    [Parameter(ParameterSetName = StoreSet, HelpMessage = StoreAddress.PasswordFileHelp)]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string? PasswordFile { get; set; }

    /// <summary>Users.</summary>
    [Parameter(ParameterSetName = StoreSet, HelpMessage = "Jobs of these users. In this and the other names * and ? are wildcards, !a means all but a, and \"\" jobs without one.")]
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
    [Parameter(ParameterSetName = StoreSet, HelpMessage = JobFilter.HostsHelp)]
    [Alias("Host")]
    [ValidateNotNullOrEmpty]
    public string[] HostName { get; set; } = [];

    /// <summary>States.</summary>
    [Parameter(ParameterSetName = StoreSet, HelpMessage = "Jobs that ended in these states: DONE, FAILED, CANCELLED, TIMEOUT, OUT_OF_MEMORY, NODE_FAIL, PREEMPTED, REQUEUED.")]
    [ArgumentCompleter(typeof(StateCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] State { get; set; } = [];

    /// <summary>Job numbers.</summary>
    [Parameter(ParameterSetName = StoreSet, HelpMessage = JobFilter.JobIdsHelp)]
    [ValidateNotNullOrEmpty]
    [ValidateRange(1, long.MaxValue)]
    public long[] JobId { get; set; } = [];

    /// <summary>Clusters.</summary>
    [Parameter(ParameterSetName = StoreSet, HelpMessage = JobFilter.ClustersHelp)]
    [ArgumentCompleter(typeof(StoreValueCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Cluster { get; set; } = [];

    /// <summary>What further columns hold.</summary>
    [Parameter(ParameterSetName = StoreSet, HelpMessage = "Jobs by any other column of texts or codes: @{ UserGroup = 'atlas*'; ExitCode = 255; App = '!batch' }.")]
    [ValidateNotNull]
    public Hashtable Filter { get; set; } = [];

    /// <summary>The earliest end.</summary>
    [Parameter(HelpMessage = "Jobs that ended at this time or later. " + StoreTimeAttribute.Help)]
    [StoreTime]
    [ValidateNotNull]
    public StoreTime? From { get; set; }

    /// <summary>The end of the time span.</summary>
    [Parameter(HelpMessage = "Jobs that ended before this time. " + StoreTimeAttribute.Help)]
    [StoreTime]
    [ValidateNotNull]
    public StoreTime? To { get; set; }

    /// <summary>What the parameters ask for, of a store with these days.</summary>
    /// <exception cref="NfsToolsException">A key of the filter is no column that jobs can be picked by.</exception>
    private protected JobFilter Wanted(DayCalendar days)
    {
        var (from, to) = Period(From, To, days);
        var filter = new JobFilter { Hosts = HostName, JobIds = JobId, Clusters = Cluster, From = from, To = to }
            .And(JobColumns.User, User).And(JobColumns.Queue, Queue).And(JobColumns.Project, Project).And(JobColumns.State, State);
        foreach (DictionaryEntry entry in Filter)
        {
            var column = JobColumns.Find($"{entry.Key}") is { CanFilter: true } found ? found : throw new NfsToolsException(
                $"-Filter: jobs cannot be picked by \"{entry.Key}\".",
                $"Name one of: {string.Join(", ", JobColumns.All.Where(c => c.CanFilter).Select(c => ColumnNames.Of(c.Name)))}.");
            filter = filter.And(column, [.. LanguagePrimitives.ConvertTo<string[]>(entry.Value ?? "")]);
        }

        return filter;
    }
}
