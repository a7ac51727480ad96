using System.CommandLine;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Store;
using NfsTools.Cli.Collecting;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;
using NfsTools.Watching;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools watch</c>: the changes of files, or the lines written to them, whoever did that, as they are seen.</summary>
internal sealed class WatchCommand
{
    private static readonly WatchOptions Defaults = new() { Paths = [] };

    private readonly Argument<string[]> paths = CommonOptions.NotEmpty(new Argument<string[]>("PATH")
    {
        Description = "Files and directories; a file need not be there yet, and of a link what it leads to is watched. The last part of a path in quotes may hold the wildcards * and ?, for names yet to come.",
        Arity = ArgumentArity.OneOrMore,
    });

    private readonly Option<bool> recurse = new("--recurse") { Description = WatchOptions.RecurseHelp };

    private readonly Option<string> filter = CommonOptions.NotEmpty(new Option<string>("--filter")
    {
        Description = "Tell of these names in directories alone, with the wildcards * and ?; put it in quotes. Default: all.",
        HelpName = "GLOB",
    });

    private readonly Option<Duration> poll = DurationOption.Of(
        "--poll", $"Look at shared file systems every so many seconds, {WatchOptions.LeastPollSeconds} to {WatchOptions.MostPollSeconds}; local ones tell by themselves. Default: {Defaults.PollInterval.TotalSeconds}.",
        WatchOptions.LeastPollSeconds, WatchOptions.MostPollSeconds);

    private readonly Option<int?> requests = NumberOption.Whole(
        "--requests-per-second", $"Send a mount no more than so many requests a second, 1 to {WatchOptions.MostRequestsPerSecond}. Default: {Defaults.RequestsPerSecond}.",
        "N", 1, WatchOptions.MostRequestsPerSecond);

    private readonly Option<int?> slowdown = NumberOption.Whole(
        "--idle-slowdown",
        $"Look at a file that stands still less often: after minutes of that once in so many intervals, 1 (always) to {WatchOptions.MostIdleSlowdown}. Default: {Defaults.IdleSlowdown}.",
        "N", 1, WatchOptions.MostIdleSlowdown);

    private readonly Option<Duration> outage = DurationOption.Of(
        "--outage-after",
        $"Tell of an outage when a file system does not answer for so many seconds, {WatchOptions.LeastOutageSeconds} to {WatchOptions.MostOutageSeconds}. Default: {Defaults.OutageAfter.TotalSeconds}.",
        WatchOptions.LeastOutageSeconds, WatchOptions.MostOutageSeconds);

    private readonly Option<string> state = CommonOptions.NotEmpty(new Option<string>("--state")
    {
        Description = "Keep what was seen in this file, once a second and at the end: the next start with it tells what changed meanwhile, and after a kill again what was told in the second before. Created if it is not there.",
        HelpName = "FILE",
    });

    private readonly Option<bool> content = new("--content")
    {
        Description = $"{LogWatchOptions.ContentHelp} What stands in the way goes to standard error.",
    };

    private readonly Option<string> resumeFrom = CommonOptions.NotEmpty(new Option<string>("--resume-from")
    {
        Description = "With --content: begin where this store has read the logs to, so that no line is missed.",
        HelpName = "STORE",
    });

    private readonly Option<bool> json = CommonOptions.Json(
        "One JSON object a line for each event: time, event, path, oldPath, origin, detection, before, after, latencyBoundSeconds, reason. "
        + "With --content for each line: livePath, path, generation, variant, offset, length, origin, line.");

    public static Command Create()
    {
        var verb = new WatchCommand();
        var command = new Command(
            "watch",
            "Tell of every change of files, whoever made it, a line each: time, what happened, by whom (local: this host, remote: another one), path. "
            + "A file system that does not answer is an outage, never a deletion. SIGINT and SIGTERM end it cleanly.")
        {
            verb.paths, verb.recurse, verb.filter, verb.poll, verb.requests, verb.slowdown, verb.outage, verb.state, verb.content, verb.resumeFrom, verb.json,
        };
        foreach (var option in new Option[] { verb.recurse, verb.filter, verb.requests, verb.slowdown, verb.outage, verb.state })
        {
            CommonOptions.NotTogether(command, verb.content, option);
        }

        CommonOptions.OnlyWith(command, verb.resumeFrom, verb.content);
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult line)
    {
        var asJson = line.GetValue(json);
        return line.GetValue(content)
            ? Tell(line, Lines(line), asJson ? LogLineOutput.WriteJson : LogLineOutput.WriteText)
            : Tell(line, Events(line), asJson ? FileEventLine.WriteJson : FileEventLine.WriteText);
    }

    private static int Tell<T>(ParseResult line, Func<CancellationToken, IEnumerable<T>> watch, Action<TextWriter, T> write)
    {
        using var stop = new StopSignals();
        using var reader = new OutputReader(stop.Stop);
        var output = line.InvocationConfiguration.Output;
        foreach (var told in watch(stop.Token))
        {
            // What cannot be written is thrown from here: the state is not saved then, and the next start tells it again.
            write(output, told);
            output.Flush();
        }

        return ExitCode.Well;
    }

    private Func<CancellationToken, IEnumerable<FileEvent>> Events(ParseResult line) => UsageException.Check(() => new FileWatcher(Options(line), new Trouble())).Watch;

    private Func<CancellationToken, IEnumerable<LogLine>> Lines(ParseResult line)
    {
        var options = new LogWatchOptions
        {
            Paths = line.GetRequiredValue(paths),
            ResumeFrom = line.GetValue(resumeFrom) is { } store ? AccountingStore.PositionsIn(StoreAddress.Parse(store)) : null,
            PollInterval = PollInterval(line),
        };
        return UsageException.Check(() => new LogWatcher(options, new Trouble())).Watch;
    }

    private TimeSpan PollInterval(ParseResult line) => line.GetValue(poll)?.Time ?? Defaults.PollInterval;

    private WatchOptions Options(ParseResult line) => new()
    {
        Paths = line.GetRequiredValue(paths),
        Recurse = line.GetValue(recurse),
        Filter = line.GetValue(filter) ?? Defaults.Filter,
        PollInterval = PollInterval(line),
        RequestsPerSecond = line.GetValue(requests) ?? Defaults.RequestsPerSecond,
        IdleSlowdown = line.GetValue(slowdown) ?? Defaults.IdleSlowdown,
        OutageAfter = line.GetValue(outage)?.Time ?? Defaults.OutageAfter,
        StatePath = line.GetValue(state),
    };

    /// <summary>Tells on standard error of what stands in the way.</summary>
    private sealed class Trouble : IProgress<string>
    {
        public void Report(string value) => ErrorOutput.Line($"nfstools: {value}");
    }
}
