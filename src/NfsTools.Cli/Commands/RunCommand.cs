using System.CommandLine;
using System.CommandLine.Parsing;
using NfsTools.Accounting.Formats;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;
using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Jobs;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools run</c>: runs a command on fresh inputs, and believes only fresh outputs.</summary>
internal sealed class RunCommand
{
    public const string Name = "run";

    private readonly Argument<string[]> words = new("COMMAND")
    {
        Description = "The command and its arguments: everything from the first word on that is no option of run. \"--\" may stand before it.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> protect = new("--protect", "-n")
    {
        Description = "Check the files. Naming them (-i, -o, --expect), --trace, --hash and --capsules ask for it too, and so do NFSTOOLS_PROTECTION and VOV_VW_NFS_PROTECTION where they are set to anything but 0; "
            + "at 0 they turn off what -n does not ask for, and run says so. Otherwise run is a plain wrapper, which takes the outputs' stamps.",
    };

    private readonly Option<string[]> inputs = CommonOptions.NotEmpty(new Option<string[]>("--input", "-i")
    {
        Description = "A file the command reads; may be given several times. It is to be there, with the stamp that --expect has of it, and must not change while the command runs. A device, a pipe or a path in /proc cannot be checked, and ends with 125.",
        HelpName = "FILE",
    });

    private readonly Option<string[]> outputs = CommonOptions.NotEmpty(new Option<string[]>("--output", "-o")
    {
        Description = "A file the command writes; may be given several times. It must be there afterwards, written after the start by its file server's clock.",
        HelpName = "FILE",
    });

    private readonly Option<string[]> expect = CommonOptions.NotEmpty(new Option<string[]>("--expect")
    {
        Description = "A manifest with the stamps the inputs are to have, as --record or \"nfstools stamp --export\" wrote it on whatever host; may be given several times. Where no input is named, all of its files are inputs.",
        HelpName = "MANIFEST",
    });

    private readonly Option<string> record = CommonOptions.NotEmpty(new Option<string>("--record")
    {
        Description = ProtectedJob.RecordHelp,
        HelpName = "MANIFEST",
    });

    private readonly Option<string> report = CommonOptions.NotEmpty(new Option<string>("--json")
    {
        Description = "Write a report to this file: verdict, each check with its evidence, times on both clocks, what the command used.",
        HelpName = "FILE",
    });

    private readonly Option<string[]> capsules = CommonOptions.NotEmpty(new Option<string[]>("--capsules")
    {
        Description = "A YAML table of commands that tells which of their arguments are inputs and outputs, before the one that nfstools has of cp, mv, ln, tar, gcc, ld, ar, sort, gzip and others; "
            + "may be given several times. Tables are asked where neither -i nor -o names a file. \"nfstools run --show-capsules\" prints the one it has.",
        HelpName = "FILE",
    });

    private readonly Option<bool> showCapsules = new("--show-capsules") { Description = "Print the table of known commands, as an example for one's own." };

    private readonly Option<bool> trace = new("--trace")
    {
        Description = $"{ProtectedJob.TraceHelp} That is exit code 125.",
    };

    private readonly Option<string[]> ignore = CommonOptions.NotEmpty(new Option<string[]>("--ignore") { Description = "A directory or file that --trace leaves out; may be given several times.", HelpName = "PATH" });

    private readonly Option<int?> retries = JobOptions.Retries();
    private readonly Option<Duration> delay = JobOptions.Delay();
    private readonly Option<Duration> timeout = DurationOption.Of("--timeout", "How long the command may run: 90, 90s, 5m, 2h. Then it and what it started get SIGTERM, and SIGKILL after --grace.", 0.001);
    private readonly Option<Duration> grace = DurationOption.Of("--grace", $"How long it may take to end after SIGTERM. Default: {ChildProcess.UsualGrace.TotalSeconds}s.");
    private readonly Option<bool> hash = new("--hash") { Description = ProtectedJob.HashHelp };

    public static Command Create()
    {
        var verb = new RunCommand();
        var command = new Command(
            Name,
            "Run a command only when its inputs are what is expected of them on this host, and believe its outputs only when it has written them, by the file server's clock. "
            + "Its standard streams, signals and exit code pass through; of the shell that started run it has the limits and ignored signals. Where run is killed, the command's time is over, or a signal to run ended it, it ends with what it started, in other sessions too (asked by SIGTERM, and killed after --grace); "
            + "what has thrown its environment away (sudo, env -i) is not found. Exit codes of run itself: 120 an input is not ready, 121 an input changed meanwhile, 122 an output is missing or old, "
            + "123 the command cannot be started, 124 its time was over, 125 run itself cannot go on, was called wrongly, or cannot check a file that is named; a line on standard error says so then, and where the command itself returned such a code.")
        {
            verb.words, verb.protect, verb.inputs, verb.outputs, verb.expect, verb.record, verb.capsules, verb.showCapsules, verb.trace, verb.ignore, verb.retries, verb.delay, verb.timeout, verb.grace, verb.hash, verb.report,
        };
        command.Validators.Add(verb.CheckTogether);
        command.SetAction(verb.Run);
        return command;
    }

    /// <summary>The command line with "--" before the first word of the command, from where on nothing is an option of run.</summary>
    public static string[] Separated(Command command, string[] line)
    {
        for (var at = 1; at < line.Length; at++)
        {
            var word = line[at];
            if (word == "--")
            {
                break;
            }

            if (word.Length < 2 || word[0] != '-')
            {
                return [.. line[..at], "--", .. line[at..]];
            }

            var option = word.Split('=')[0];
            if (command.Options.FirstOrDefault(o => o.Name == option || o.Aliases.Contains(option)) is not { } meant)
            {
                // The help, or an option that there is not.
                break;
            }

            at += meant.ValueType != typeof(bool) && option.Length == word.Length ? 1 : 0;
        }

        return line;
    }

    private void CheckTogether(CommandResult result)
    {
        if (result.GetResult(words) is not { Tokens.Count: > 0 } && result.GetResult(showCapsules) is not { Implicit: false })
        {
            result.AddError("There is no command to run.");
        }
    }

    private int Run(ParseResult line)
    {
        if (line.GetValue(showCapsules))
        {
            line.InvocationConfiguration.Output.Write(Capsules.ReadShipped());
            return ExitCode.Well;
        }

        var job = Job(line);
        using var signals = new JobSignals();
        var result = job.Run(CancellationToken.None, signals, progress: new Waiting());
        if (job.Protect && result.StartedAt is not null && result.Inputs.Count + result.Outputs.Count == 0)
        {
            ErrorOutput.Line($"nfstools run: no file of {job.Command!.FileName} is known, so nothing is checked: name its files with -i and -o.");
        }

        if (result.IsOwnCode || JobExitCode.IsOwn(result.Code))
        {
            ErrorOutput.Line($"nfstools run: {(result.IsOwnCode ? "" : "the command's own exit code: ")}{result.Reason}");
        }

        // Last: where it cannot be written, what there is to say has been said. A pipe may never get a reader: a signal ends the wait.
        signals.Dispose();
        if (line.GetValue(report) is { } file)
        {
            JobReport.Write(file, result);
        }

        if ((result.Exit?.Signal ?? result.Signal) == JobSignals.Interrupt)
        {
            JobSignals.EndInterrupted();
        }

        return result.Code;
    }

    private ProtectedJob Job(ParseResult line)
    {
        var command = line.GetRequiredValue(words);
        var job = new ProtectedJob
        {
            Command = new ChildCommand { FileName = command[0], Arguments = command[1..] },
            Files = new JobFiles { Inputs = line.GetValue(inputs) ?? [], Outputs = line.GetValue(outputs) ?? [] },
            Trace = line.GetValue(trace),
            TraceIgnored = [.. (line.GetValue(ignore) ?? []).Select(path => FilePath.Full(path))],
            ExpectedManifests = line.GetValue(expect) ?? [],
            ManifestPath = line.GetValue(record),
            Retries = line.GetValue(retries) ?? StampCheck.UsualRetries,
            RetryDelay = line.GetValue(delay)?.Time ?? StampCheck.UsualRetryDelay,
            Timeout = line.GetValue(timeout)?.Time ?? Timeout.InfiniteTimeSpan,
            Grace = line.GetValue(grace)?.Time ?? ChildProcess.UsualGrace,
            Hash = line.GetValue(hash),
        };

        var asked = job.NamesFiles || job.Trace || job.Hash || line.GetValue(capsules) is { Length: > 0 };
        var off = !line.GetValue(protect) && ProtectedJob.IsTurnedOff(Environment.GetEnvironmentVariable);
        if (asked && off)
        {
            ErrorOutput.Line("nfstools run: the files of the command are not checked: a variable of the environment turns that off, and -n is not given.");
        }

        job = job with { Protect = line.GetValue(protect) || ProtectedJob.IsAskedFor(Environment.GetEnvironmentVariable) || (asked && !off) };

        // Where nobody asks for the files, a short command need not wait for the tables.
        return job.Protect || job.ManifestPath is not null || line.GetValue(report) is not null ? job.Known(new Capsules(line.GetValue(capsules) ?? [])) : job;
    }

    private sealed class Waiting : IProgress<IReadOnlyList<FileCheck>>
    {
        private string told = "";

        // Whoever waits for files wants to know it, and each news of it once.
        public void Report(IReadOnlyList<FileCheck> value)
        {
            var news = $"waiting for {value.Count} of the inputs; {value[0].Path}: {value[0].Reason}";
            if (news != told)
            {
                ErrorOutput.Line($"nfstools run: {told = news}");
            }
        }
    }
}
