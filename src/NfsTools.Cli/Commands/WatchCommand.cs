using System.CommandLine;
using NfsTools.Cli.Collecting;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;
using NfsTools.Watching;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools watch</c>: the changes of files, whoever made them, a line each as they are seen.</summary>
internal sealed class WatchCommand
{
    private static readonly WatchOptions Defaults = new() { Paths = [] };

    private readonly Argument<string[]> paths = CommonOptions.NotEmpty(new Argument<string[]>("PATH")
    {
        Description = "Files and directories; a file need not be there yet. The last part of a path in quotes may hold the wildcards * and ?, for names yet to come.",
        Arity = ArgumentArity.OneOrMore,
    });

    private readonly Option<bool> recurse = new("--recurse") { Description = "Watch the directories below too." };

    private readonly Option<string> filter = CommonOptions.NotEmpty(new Option<string>("--filter")
    {
        Description = "Tell of these names in directories alone, with the wildcards * and ?; put it in quotes. Default: all.",
        HelpName = "GLOB",
    });

    private readonly Option<double?> poll = NumberOption.Of(
        "--poll", $"Look at shared file systems every so many seconds, {WatchOptions.LeastPollSeconds} to {WatchOptions.MostPollSeconds}; local ones tell by themselves. Default: {Defaults.PollInterval.TotalSeconds}.",
        "SECONDS", WatchOptions.LeastPollSeconds, WatchOptions.MostPollSeconds);

    private readonly Option<int?> requests = NumberOption.Whole(
        "--requests-per-second", $"Send a mount no more than so many requests a second, 1 to {WatchOptions.MostRequestsPerSecond}. Default: {Defaults.RequestsPerSecond}.",
        "N", 1, WatchOptions.MostRequestsPerSecond);

    private readonly Option<int?> slowdown = NumberOption.Whole(
        "--idle-slowdown",
        $"Look at a file that stands still less often: after minutes of that once in so many intervals, 1 (always) to {WatchOptions.MostIdleSlowdown}. Default: {Defaults.IdleSlowdown}.",
        "N", 1, WatchOptions.MostIdleSlowdown);

    private readonly Option<double?> outage = NumberOption.Of(
        "--outage-after",
        $"Tell of an outage when a file system does not answer for so many seconds, {WatchOptions.LeastOutageSeconds} to {WatchOptions.MostOutageSeconds}. Default: {Defaults.OutageAfter.TotalSeconds}.",
        "SECONDS", WatchOptions.LeastOutageSeconds, WatchOptions.MostOutageSeconds);

    private readonly Option<string> state = CommonOptions.NotEmpty(new Option<string>("--state")
    {
        Description = "Keep what was seen in this file: the next start with it tells what changed meanwhile. Created if it is not there.",
        HelpName = "FILE",
    });

    private readonly Option<bool> json = CommonOptions.Json("One JSON object a line for each event: time, event, path, oldPath, origin, detection, before, after, latencyBoundSeconds, reason.");

    public static Command Create()
    {
        var verb = new WatchCommand();
        var command = new Command(
            "watch",
            "Tell of every change of files, whoever made it, a line each: time, what happened, by whom (local: this host, remote: another one), path. "
            + "A file system that does not answer is an outage, never a deletion. SIGINT and SIGTERM end it cleanly.")
        {
            verb.paths, verb.recurse, verb.filter, verb.poll, verb.requests, verb.slowdown, verb.outage, verb.state, verb.json,
        };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult line)
    {
        var watcher = UsageException.Check(() => new FileWatcher(Options(line)));
        using var stop = new StopSignals();
        using var reader = new OutputReader(stop.Stop);
        Action<TextWriter, FileEvent> write = line.GetValue(json) ? FileEventLine.WriteJson : FileEventLine.WriteText;
        var output = line.InvocationConfiguration.Output;
        foreach (var happened in watcher.Watch(stop.Token))
        {
            // What cannot be written is thrown from here: the state is not saved then, and the next start tells it again.
            write(output, happened);
            output.Flush();
        }

        return ExitCode.Well;
    }

    private WatchOptions Options(ParseResult line) => new()
    {
        Paths = line.GetRequiredValue(paths),
        Recurse = line.GetValue(recurse),
        Filter = line.GetValue(filter) ?? Defaults.Filter,
        PollInterval = line.GetValue(poll) is { } seconds ? TimeSpan.FromSeconds(seconds) : Defaults.PollInterval,
        RequestsPerSecond = line.GetValue(requests) ?? Defaults.RequestsPerSecond,
        IdleSlowdown = line.GetValue(slowdown) ?? Defaults.IdleSlowdown,
        OutageAfter = line.GetValue(outage) is { } patience ? TimeSpan.FromSeconds(patience) : Defaults.OutageAfter,
        StatePath = line.GetValue(state),
    };
}
