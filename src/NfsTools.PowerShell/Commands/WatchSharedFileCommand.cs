using System.Management.Automation;
using NfsTools.FileSystems;
using NfsTools.PowerShell.Abstractions;
using NfsTools.Watching;

namespace NfsTools.PowerShell.Commands;

/// <summary>Tells of every change of files, whoever made it, until it is stopped.</summary>
[Cmdlet(VerbsCommon.Watch, "SharedFile", DefaultParameterSetName = PathSet)]
[OutputType(typeof(FileEvent))]
public sealed class WatchSharedFileCommand : NfsToolsCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private static readonly WatchOptions Defaults = new() { Paths = [] };
    private readonly List<string> paths = [];

    /// <summary>Files and directories, with wildcards for names yet to come.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true,
        HelpMessage = "Files and directories to watch. The last part may hold the wildcards * and ?, for names yet to come.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Files and directories, named letter by letter.</summary>
    [Parameter(
        Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true,
        HelpMessage = "Files and directories to watch, named letter by letter: no character is a wildcard.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Which names in directories are meant.</summary>
    [Parameter(Position = 1, HelpMessage = "Which names in the directories are meant, with the wildcards * and ?; all where none is named.")]
    [ValidateNotNullOrEmpty]
    public string Filter { get; set; } = Defaults.Filter;

    /// <summary>Watch the directories below too.</summary>
    [Parameter(HelpMessage = "Watch the directories below too.")]
    public SwitchParameter Recurse { get; set; }

    /// <summary>How often shared file systems are looked at.</summary>
    [Parameter(HelpMessage = "How often shared file systems are looked at, in seconds. Local ones tell of changes by themselves.")]
    [ValidateRange(WatchOptions.LeastPollSeconds, WatchOptions.MostPollSeconds)]
    public double PollSeconds { get; set; } = Defaults.PollInterval.TotalSeconds;

    /// <summary>What a mount is sent at most.</summary>
    [Parameter(HelpMessage = "How many requests a second a mount is sent at most.")]
    [ValidateRange(1, WatchOptions.MostRequestsPerSecond)]
    public int RequestsPerSecond { get; set; } = Defaults.RequestsPerSecond;

    /// <summary>How much less often idle files are looked at.</summary>
    [Parameter(HelpMessage = "A file that stands still is looked at less often, after minutes of that once in so many intervals; 1 looks at every file every time.")]
    [ValidateRange(1, WatchOptions.MostIdleSlowdown)]
    public int IdleSlowdown { get; set; } = Defaults.IdleSlowdown;

    /// <summary>What an outage is.</summary>
    [Parameter(HelpMessage = "How long a file system may take to answer before that is an outage, in seconds.")]
    [ValidateRange(WatchOptions.LeastOutageSeconds, WatchOptions.MostOutageSeconds)]
    public double OutageAfterSeconds { get; set; } = Defaults.OutageAfter.TotalSeconds;

    /// <summary>The file that keeps what was seen.</summary>
    [Parameter(HelpMessage = "A file that keeps what was seen: the next start with it tells what changed meanwhile.")]
    [ValidateNotNullOrEmpty]
    public string? StatePath { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var literal = ParameterSetName == LiteralPathSet;
        foreach (var path in literal ? LiteralPath : Path)
        {
            try
            {
                var file = FilePaths.Literal(this, path);
                paths.Add(literal ? file : Pattern(file));
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

        var watcher = Watcher();
        if (MyInvocation.BoundParameters.ContainsKey("Verbose"))
        {
            TellStrategy();
        }

        try
        {
            Watch(watcher);
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

    private void Watch(FileWatcher watcher)
    {
        // Disposed of when the pipeline ends as well: nobody else tells that "Select-Object -First" has seen enough.
        using var pump = new EventPump(watcher, awaitDelivery: StatePath is not null);
        foreach (var happened in pump.Take(StopToken))
        {
            try
            {
                WriteObject(happened);
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
        foreach (var path in paths)
        {
            var place = FileSystemLocator.Locate(path);
            WriteVerbose($"{path}: {place.Strategy}: {place.Reason}");
        }
    }

    // PowerShell's escape of a wildcard to the watcher's own. [ is no wildcard here.
    private static string Pattern(string path) =>
        path.Replace("`*", "\\*", StringComparison.Ordinal).Replace("`?", "\\?", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);

    private FileWatcher Watcher()
    {
        try
        {
            return new FileWatcher(Options());
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
        LiteralPaths = ParameterSetName == LiteralPathSet,
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
}
