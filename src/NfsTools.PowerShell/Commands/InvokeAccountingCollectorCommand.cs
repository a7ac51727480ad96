using System.Management.Automation;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.PowerShell.Abstractions;
using NfsTools.PowerShell.Completion;

namespace NfsTools.PowerShell.Commands;

/// <summary>Collects accounting logs into a store, each record exactly once; follows them until it is stopped, or reads them once.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "AccountingCollector", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(CollectorSummary))]
public sealed class InvokeAccountingCollectorCommand : LogPathCommand
{
    private const string ConfigSet = "Config";
    private const string CommandSet = "Command";
    private const string StoreHelp = "The store: an SQLite file, or a PostgreSQL database such as \"Host=db;Database=accounting\"; it is created where there is none.";
    private readonly List<string> paths = [];

    /// <summary>The configuration file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ConfigSet, HelpMessage = "A YAML file that names the store and the logs (collector.yaml), instead of -Path and -Store.")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string ConfigPath { get; set; } = "";

    /// <summary>The command to ask.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CommandSet, HelpMessage = "Instead of files: a command to ask, again and again, for jobs that ended, by its name: sacct, condor_history.")]
    [ArgumentCompleter(typeof(CommandCompleter))]
    [ValidateNotNullOrEmpty]
    public string Command { get; set; } = "";

    /// <summary>The first time that the command is asked about.</summary>
    [Parameter(ParameterSetName = CommandSet, HelpMessage = SourceCommand.SinceHelp)]
    [ValidateNotNull]
    [UtcText]
    public DateTimeOffset? Since { get; set; }

    /// <summary>The store.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = PathSet, HelpMessage = StoreHelp)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = LiteralPathSet, HelpMessage = StoreHelp)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = CommandSet, HelpMessage = StoreHelp)]
    [Parameter(ParameterSetName = ConfigSet, HelpMessage = StoreHelp)]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string? Store { get; set; }

    /// <summary>The cluster the logs belong to.</summary>
    [Parameter(ParameterSetName = PathSet, HelpMessage = CollectorSource.ClusterHelp)]
    [Parameter(ParameterSetName = LiteralPathSet, HelpMessage = CollectorSource.ClusterHelp)]
    [Parameter(ParameterSetName = CommandSet, HelpMessage = CollectorSource.ClusterHelp)]
    [ValidateNotNullOrEmpty]
    public string? Cluster { get; set; }

    /// <summary>The logs' format.</summary>
    [Parameter(ParameterSetName = PathSet, HelpMessage = FormatHelp)]
    [Parameter(ParameterSetName = LiteralPathSet, HelpMessage = FormatHelp)]
    [ArgumentCompleter(typeof(FormatCompleter))]
    [ValidateFormat]
    public string? Format { get; set; }

    /// <summary>The time zone of the logs' local times.</summary>
    [Parameter(ParameterSetName = PathSet, HelpMessage = CollectorSource.TimeZoneHelp)]
    [Parameter(ParameterSetName = LiteralPathSet, HelpMessage = CollectorSource.TimeZoneHelp)]
    [ArgumentCompleter(typeof(TimeZoneCompleter))]
    [ValidateNotNullOrEmpty]
    public string? LogTimeZone { get; set; }

    /// <summary>How the logs' files are kept.</summary>
    [Parameter(ParameterSetName = PathSet, HelpMessage = CollectorSource.LayoutHelp)]
    [Parameter(ParameterSetName = LiteralPathSet, HelpMessage = CollectorSource.LayoutHelp)]
    [ArgumentCompleter(typeof(LayoutCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Layout { get; set; }

    /// <summary>Archives with names of their own.</summary>
    [Parameter(ParameterSetName = PathSet, HelpMessage = CollectorSource.ArchivesHelp)]
    [Parameter(ParameterSetName = LiteralPathSet, HelpMessage = CollectorSource.ArchivesHelp)]
    [ValidateNotNullOrEmpty]
    public string[] Archives { get; set; } = [];

    /// <summary>The time zone of the store's days.</summary>
    [Parameter(HelpMessage = CollectorConfiguration.TimeZoneHelp)]
    [ArgumentCompleter(typeof(TimeZoneCompleter))]
    [ValidateNotNullOrEmpty]
    public string? TimeZone { get; set; }

    /// <summary>Read what is there and end.</summary>
    [Parameter(HelpMessage = "Read what is there and end, instead of following the logs until Ctrl+C.")]
    public SwitchParameter Once { get; set; }

    /// <summary>How often logs are looked at without being told of a change.</summary>
    [Parameter(HelpMessage = "How often the logs are looked at when the kernel tells of no change, or the command is asked, in seconds; 5 where nothing else is said, 300 for a command.")]
    [ValidateRange(1, (int)CollectorConfiguration.MostPollSeconds)]
    public int? PollSeconds { get; set; }

    /// <summary>How long NUL bytes may wait to be filled in.</summary>
    [Parameter(HelpMessage = "How long NUL bytes in a log may wait to be filled in by the writer's host before they are kept as a reject, in seconds; 600 where nothing else is said.")]
    [ValidateRange(0, (int)CollectorConfiguration.MostNulPatienceSeconds)]
    public int? NulPatienceSeconds { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName is PathSet or LiteralPathSet)
        {
            paths.AddRange(ResolvePaths(mustExist: false));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var configuration = InZone(ParameterSetName == ConfigSet ? LoadConfiguration() : Configured());
        var logs = configuration.Options.Sources.Select(s => s.Path).ToList();

        // Without logs, the paths could not be resolved, and that was told.
        if (logs.Count > 0 && ShouldProcess(configuration.Store.Name, $"Collect {string.Join(", ", logs)}"))
        {
            Collect(configuration);
        }
    }

    private CollectorConfiguration InZone(CollectorConfiguration configuration)
    {
        try
        {
            return configuration with { Store = configuration.Store.In(TimeZone) };
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(Error(e, ErrorIds.ConfigurationInvalid, ErrorCategory.InvalidArgument, TimeZone!));
            throw;
        }
    }

    private CollectorConfiguration Configured()
    {
        try
        {
            return new(
                ResolveStore(Store!, ThrowTerminatingError)!,
                Adjusted(new CollectorOptions { Sources = ParameterSetName == CommandSet ? [Asked()]
                    : [.. paths.Select(path => new CollectorSource(path, Cluster, Format, LogTimeZone) { Layout = Layout, Archives = Archives }).DistinctBy(s => s.Path)] }));
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(Error(e, ErrorIds.ConfigurationInvalid, ErrorCategory.InvalidArgument, ParameterSetName == CommandSet ? Command : Archives));
            throw;
        }
    }

    private CollectorSource Asked()
    {
        var command = SourceCommand.Of(Command);
        return new CollectorSource(command with { Since = Since ?? command.Since, PollInterval = PollSeconds is { } poll ? TimeSpan.FromSeconds(poll) : command.PollInterval }, Cluster);
    }

    private CollectorConfiguration LoadConfiguration()
    {
        var file = ResolveFile(ConfigPath, ThrowTerminatingError)!;
        try
        {
            var loaded = CollectorConfiguration.Load(file);
            var configuration = (Store is null ? loaded : loaded.In(ResolveStore(Store, ThrowTerminatingError)!)) with { Options = Adjusted(loaded.Options) };
            return configuration.Misfit is { } misfit
                ? throw new NfsToolsException($"{StoreMisfit.Describe($"{misfit.Setting} in {file}", configuration.Store)}.", misfit.Remedy)
                : configuration;
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(Error(e, ErrorIds.ConfigurationInvalid, ErrorCategory.InvalidData, file));
            throw;
        }
    }

    private CollectorOptions Adjusted(CollectorOptions options) => options with
    {
        Once = MyInvocation.BoundParameters.ContainsKey(nameof(Once)) ? Once : options.Once,
        PollInterval = PollSeconds is { } poll ? TimeSpan.FromSeconds(poll) : options.PollInterval,
        NulPatience = NulPatienceSeconds is { } patience ? TimeSpan.FromSeconds(patience) : options.NulPatience,
    };

    private void Collect(CollectorConfiguration configuration)
    {
        using var store = OpenToWrite(configuration.Store, collects: true);
        var reporter = new CollectorReporter(this, configuration.Options.Once);
        try
        {
            if (!configuration.Options.Once)
            {
                reporter.Rest();
            }

            var metrics = new CollectorMetrics(reporter);
            metrics.Follow(configuration.Options.Sources, store.Name, isActive: !configuration.Store.IsServer);
            using var file = configuration.Metrics is { } path ? new CollectorMetricsFile(path, metrics, message => reporter.WarnLater($"{path}: {message}")) : null;
            var summary = new Collector(store, configuration.Options, metrics).Run(StopToken);
            reporter.End();
            WriteObject(summary);
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(Error(e, ErrorIds.CollectorFailed, ErrorCategory.ResourceUnavailable, store.Name));
        }
    }
}
