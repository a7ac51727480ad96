using System.Management.Automation;
using NfsTools.Accounting.Store;
using NfsTools.FileSystems;
using NfsTools.PowerShell.Abstractions;
using NfsTools.Watching;

namespace NfsTools.PowerShell.Commands;

/// <summary>Tells of every change of files, or of every line written to them, whoever did it, until it is stopped.</summary>
[Cmdlet(VerbsCommon.Watch, "SharedFile", DefaultParameterSetName = PathSet)]
[OutputType(typeof(FileEvent), ParameterSetName = [PathSet, LiteralPathSet])]
[OutputType(typeof(LogLine), ParameterSetName = [ContentPathSet, ContentLiteralPathSet])]
public sealed class WatchSharedFileCommand : NfsToolsCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string ContentPathSet = "ContentPath";
    private const string ContentLiteralPathSet = "ContentLiteralPath";
    private const string PathHelp = "Files and directories to watch; of a link what it leads to is watched. The part may hold the wildcards * and ?, for names yet to come. With -Content files alone.";
    private const string LiteralPathHelp = "Files and directories to watch, named letter by letter: no character is a wildcard.";
    private const string FilterHelp = "Which names in the directories are meant, with the wildcards * and ?; all where none is named.";
    private const string RequestsHelp = "How many requests a second a mount is sent at most.";
    private const string SlowdownHelp = "A file that stands still is looked at less often, after minutes of that once in so many intervals; 1 looks at every file every time.";
    private const string OutageHelp = "How long a file system may take to answer before that is an outage, in seconds.";
    private const string StateHelp = "A file that keeps what was seen: the next start with it tells what changed meanwhile.";
    private const string ResumeHelp = "A store of accounting records: begin where it has read the logs to, so that no line is missed.";
    private static readonly WatchOptions Defaults = new() { Paths = [] };
    private readonly List<string> paths = [];

    /// <summary>Files and directories, with wildcards for names yet to come.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true, HelpMessage = PathHelp)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ContentPathSet, ValueFromPipeline = true, HelpMessage = PathHelp)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathText(Wildcards = true)]
    public string[] Path { get; set; } = [];

    /// <summary>Files and directories, named letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true, HelpMessage = LiteralPathHelp)]
    [Parameter(Mandatory = true, ParameterSetName = ContentLiteralPathSet, ValueFromPipelineByPropertyName = true, HelpMessage = LiteralPathHelp)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Which names in directories are meant.</summary>
    [Parameter(Position = 1, ParameterSetName = PathSet, HelpMessage = FilterHelp)]
    [Parameter(Position = 1, ParameterSetName = LiteralPathSet, HelpMessage = FilterHelp)]
    [ValidateNotNullOrEmpty]
    public string Filter { get; set; } = Defaults.Filter;

    /// <summary>Watch the directories below too.</summary>
    [Parameter(ParameterSetName = PathSet, HelpMessage = WatchOptions.RecurseHelp)]
    [Parameter(ParameterSetName = LiteralPathSet, HelpMessage = WatchOptions.RecurseHelp)]
    public SwitchParameter Recurse { get; set; }

    /// <summary>How often shared file systems are looked at.</summary>
    [Parameter(HelpMessage = "How often shared file systems are looked at, in seconds. Local ones tell of changes by themselves.")]
    [ValidateRange(WatchOptions.LeastPollSeconds, WatchOptions.MostPollSeconds)]
    public double PollSeconds { get; set; } = Defaults.PollInterval.TotalSeconds;

    /// <summary>What a mount is sent at most.</summary>
    [Parameter(ParameterSetName = PathSet, HelpMessage = RequestsHelp)]
    [Parameter(ParameterSetName = LiteralPathSet, HelpMessage = RequestsHelp)]
    [ValidateRange(1, WatchOptions.MostRequestsPerSecond)]
    public int RequestsPerSecond { get; set; } = Defaults.RequestsPerSecond;

    /// <summary>How much less often idle files are looked at.</summary>
    [Parameter(ParameterSetName = PathSet, HelpMessage = SlowdownHelp)]
    [Parameter(ParameterSetName = LiteralPathSet, HelpMessage = SlowdownHelp)]
    [ValidateRange(1, WatchOptions.MostIdleSlowdown)]
    public int IdleSlowdown { get; set; } = Defaults.IdleSlowdown;

    /// <summary>What an outage is.</summary>
    [Parameter(ParameterSetName = PathSet, HelpMessage = OutageHelp)]
    [Parameter(ParameterSetName = LiteralPathSet, HelpMessage = OutageHelp)]
    [ValidateRange(WatchOptions.LeastOutageSeconds, WatchOptions.MostOutageSeconds)]
    public double OutageAfterSeconds { get; set; } = Defaults.OutageAfter.TotalSeconds;

    /// <summary>The file that keeps what was seen.</summary>
    [Parameter(ParameterSetName = PathSet, HelpMessage = StateHelp)]
    [Parameter(ParameterSetName = LiteralPathSet, HelpMessage = StateHelp)]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string? StatePath { get; set; }

    /// <summary>Tell lines instead of events.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ContentPathSet, HelpMessage = LogWatchOptions.ContentHelp)]
    [Parameter(Mandatory = true, ParameterSetName = ContentLiteralPathSet, HelpMessage = LogWatchOptions.ContentHelp)]
    public SwitchParameter Content { get; set; }

    /// <summary>The store that tells where to begin.</summary>
    [Parameter(ParameterSetName = ContentPathSet, HelpMessage = ResumeHelp)]
    [Parameter(ParameterSetName = ContentLiteralPathSet, HelpMessage = ResumeHelp)]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string? ResumeFrom { get; set; }

    private bool IsLiteral => ParameterSetName is LiteralPathSet or ContentLiteralPathSet;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in IsLiteral ? LiteralPath : Path)
        {
            try
            {
                // A pattern of events stays one: it means names yet to come.
                paths.AddRange(Content ? FilePaths.Resolve(this, path, IsLiteral, mustExist: false) : [IsLiteral ? FilePaths.Literal(this, path) : Pattern(FilePaths.Literal(this, path))]);
            }
            catch (SessionStateException e)
            {
                WriteError(FilePaths.Error(e, path));
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // Without paths, none could be resolved, and that was told.
        if (paths.Count == 0)
        {
            return;
        }

        var watch = Content ? Lines() : Changes();
        if (MyInvocation.BoundParameters.ContainsKey("Verbose"))
        {
            TellStrategy();
        }

        try
        {
            Run(watch);
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(Error(e, ErrorIds.WatchFailed, ErrorCategory.ResourceUnavailable, paths));
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
    }

    private void Run(Action<Action<object>, CancellationToken> watch)
    {
        // Disposed of when the pipeline ends as well: nobody else tells that "Select-Object -First" has seen enough.
        using var pump = new EventPump(watch, awaitDelivery: StatePath is not null);
        foreach (var told in pump.Take(StopToken))
        {
            if (told is Trouble trouble)
            {
                WriteWarning(trouble.Message);
                continue;
            }

            try
            {
                WriteObject(told);
            }
            catch (Exception e) when (e is FlowControlException or PipelineStoppedException && !Stopping)
            {
                // "break", "Select-Object -First": the event was taken, and no other one is wanted. A throw downstream is another exception.
                pump.Delivered();
                throw;
            }

            pump.Delivered();
        }
    }

    private void TellStrategy()
    {
        foreach (var place in FileSystemLocator.WithLimits(FileSystemLocator.Locate(paths)))
        {
            WriteVerbose($"{place.Path}: {place.Strategy}: {place.Reason}");
        }
    }

    // PowerShell's escape of a wildcard to the watcher's own. [ is no wildcard here.
    private static string Pattern(string path) =>
        path.Replace("`*", "\\*", StringComparison.Ordinal).Replace("`?", "\\?", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);

    private Action<Action<object>, CancellationToken> Changes()
    {
        var reporter = new TroubleReporter();
        var watcher = Begin(() => new FileWatcher(Options(), reporter));
        return (handOver, stop) =>
        {
            reporter.HandOver = handOver;
            foreach (var happened in watcher.Watch(stop))
            {
                handOver(happened);
            }
        };
    }

    private Action<Action<object>, CancellationToken> Lines()
    {
        var reporter = new TroubleReporter();
        var watcher = Begin(() => new LogWatcher(
            new LogWatchOptions
            {
                Paths = paths,
                ResumeFrom = ResumeFrom is null ? null : AccountingStore.PositionsIn(StoreAddress.Parse(StoreAddress.NamesServer(ResumeFrom) ? ResumeFrom : Resolve(ResumeFrom)).Until(StopToken)),
                PollInterval = TimeSpan.FromSeconds(PollSeconds),
            },
            reporter));
        return (handOver, stop) =>
        {
            reporter.HandOver = handOver;
            foreach (var line in watcher.Watch(stop))
            {
                handOver(line);
            }
        };
    }

    private T Begin<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(Error(e, ErrorIds.WatchFailed, ErrorCategory.InvalidArgument, paths));
            throw;
        }
    }

    private WatchOptions Options() => new()
    {
        Paths = paths,
        LiteralPaths = IsLiteral,
        Recurse = Recurse,
        Filter = Filter,
        PollInterval = TimeSpan.FromSeconds(PollSeconds),
        RequestsPerSecond = RequestsPerSecond,
        IdleSlowdown = IdleSlowdown,
        OutageAfter = TimeSpan.FromSeconds(OutageAfterSeconds),
        StatePath = StatePath is null ? null : Resolve(StatePath),
    };

    private string Resolve(string path)
    {
        try
        {
            return FilePaths.Literal(this, path);
        }
        catch (SessionStateException e)
        {
            ThrowTerminatingError(FilePaths.Error(e, path));
            throw;
        }
    }

    /// <summary>What stands in the way of reading on; a warning.</summary>
    private sealed record Trouble(string Message);

    /// <summary>Hands trouble over in its turn.</summary>
    private sealed class TroubleReporter : IProgress<string>
    {
        public Action<object>? HandOver { get; set; }

        public void Report(string value) => HandOver!(new Trouble(value));
    }
}
