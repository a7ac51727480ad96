using System.CommandLine;
using System.CommandLine.Parsing;
using NfsTools.Accounting.Formats;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;
using NfsTools.Interop;
using NfsTools.Stamps;
using NfsTools.Watching;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools wait</c>: until a file is there, is gone, is newer or stands still, whoever sees to that.</summary>
internal sealed class WaitCommand
{
    private const int SecondsDecimals = 3;

    private readonly Argument<string> path = CommonOptions.NotEmpty(new Argument<string>("PATH") { Description = "The file or directory; a symbolic link stands for its target." });
    private readonly Option<bool> gone = new("--gone") { Description = FileWait.GoneHelp };

    private readonly Option<string> newerThan = CommonOptions.NotEmpty(new Option<string>("--newer-than")
    {
        Description = "Until it was written later than another file, as that is now, or than a time: 2026-11-21, 2026-11-21T20:57:27 (UTC where no offset such as +01:00 is given) or seconds since 1970, "
            + "on the file server's clock. A file of such a name is written ./2026-11-21.",
        HelpName = "FILE|TIME",
    });

    private readonly Option<Duration> stable = DurationOption.Of("--stable", "Until it is there and did not change for so long.");
    private readonly Option<Duration> timeout = DurationOption.Of("--timeout", "Give up after so long; 0 looks once. Default: never.");

    private readonly Option<Duration> poll = DurationOption.Of(
        "--poll", $"Look every so many seconds when inotify tells of nothing, from {FileWait.LeastPollInterval.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture)} on. Default: 2.",
        FileWait.LeastPollInterval.TotalSeconds);

    private readonly Option<bool> json = CommonOptions.Json("One JSON object at the end: path, condition, met, waitedSeconds, looks, problem, and stamp as \"stamp --json\" has it, null where the file system never answered.");

    public static Command Create()
    {
        var verb = new WaitCommand();
        var command = new Command(
            "wait",
            "Wait for a file, past this host's caches: until it is there, or what an option says. Ends with 0 when that came and with 1 when the time ran out, and says what it saw last. "
            + "SIGINT and SIGTERM end it at once and without a word, as they end sleep(1), so that a script around it ends too.")
        {
            verb.path, verb.gone, verb.newerThan, verb.stable, verb.timeout, verb.poll, verb.json,
        };
        CommonOptions.NotTogether(command, verb.gone, verb.newerThan);
        CommonOptions.NotTogether(command, verb.gone, verb.stable);
        CommonOptions.NotTogether(command, verb.newerThan, verb.stable);
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult line)
    {
        var wait = Wait(line);
        var problem = "";
        var result = wait.Run(CancellationToken.None, progress: new Told(now =>
        {
            // Whoever waits for a file that cannot be seen wants to know it before the time is over.
            if (now.Problem != problem && now.Problem.Length > 0)
            {
                ErrorOutput.Line($"nfstools: waiting: {now.Problem}");
            }

            problem = now.Problem;
        }));
        if (line.GetValue(json))
        {
            WriteJson(line.InvocationConfiguration.Output, wait, result);
        }
        else
        {
            line.InvocationConfiguration.Output.WriteLine(SafeText.Clean($"{result.Path}: {result.Summary}"));
        }

        return result.Met ? ExitCode.Well : ExitCode.DoesNotHold;
    }

    private FileWait Wait(ParseResult line)
    {
        var wait = new FileWait { Path = line.GetRequiredValue(path) };
        wait = wait with
        {
            Timeout = line.GetValue(timeout)?.Time ?? wait.Timeout,
            PollInterval = line.GetValue(poll)?.Time ?? wait.PollInterval,
        };
        return (line.GetValue(gone), line.GetValue(newerThan), line.GetValue(stable)) switch
        {
            (true, _, _) => wait with { Condition = WaitCondition.Gone },
            (_, { } reference, _) => wait with { Condition = WaitCondition.Newer, NewerThan = TimeOption.OfFileOrTime(newerThan.Name, reference) },
            (_, _, { Time: var unchanged }) => wait with { Condition = WaitCondition.Stable, StableFor = unchanged },
            _ => wait,
        };
    }

    private static void WriteJson(TextWriter output, FileWait wait, FileWaitResult result)
    {
        using var json = new JsonOutput(output);
        json.Object(w =>
        {
            w.WriteString("path", NameText.Write(result.Path));
            w.WriteString("condition", System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(wait.Condition.ToString()));
            w.WriteBoolean("met", result.Met);
            w.WriteNumber("waitedSeconds", Math.Round(result.Waited.TotalSeconds, SecondsDecimals));
            w.WriteNumber("looks", result.Looks);
            w.WriteString("problem", NameText.Quote(result.Problem));
            StampFields.Write(w, "stamp", result.Last);
        });
    }

    private sealed class Told(Action<FileWaitResult> tell) : IProgress<FileWaitResult>
    {
        public void Report(FileWaitResult value) => tell(value);
    }
}
