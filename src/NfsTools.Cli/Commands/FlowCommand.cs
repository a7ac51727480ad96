using System.CommandLine;
using NfsTools.Accounting.Formats;
using NfsTools.Cli.Collecting;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;
using NfsTools.Jobs.Flows;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools flow</c>: flows of protected jobs.</summary>
internal static class FlowCommand
{
    public const string Name = "flow";


    public static Command Create() => new(Name, "Flows of protected jobs, written in YAML: what each job reads and writes says what must run before what.")
    {
        CreateCheck(), CreateRun(), CreateGraph(),
    };

    private static Argument<string> File() => CommonOptions.NotEmpty(new Argument<string>("FLOW") { Description = "The flow's YAML file." });

    private static JobFlow Load(ParseResult line, Argument<string> file) => UsageException.Check(() => JobFlow.Load(line.GetRequiredValue(file)));

    private static Command CreateCheck()
    {
        var file = File();
        var command = new Command("check", "Tell what is wrong with a flow: jobs that need each other in a circle, files that two jobs write, inputs that nobody makes, unknown keys. Ends with 1 if something is.") { file };
        command.SetAction(line =>
        {
            var flow = Load(line, file);
            var problems = flow.Check();
            var output = line.InvocationConfiguration.Output;
            foreach (var problem in problems)
            {
                output.WriteLine(SafeText.Clean($"{problem.Message} {problem.Remedy}"));
            }

            if (problems.Count > 0)
            {
                return ExitCode.DoesNotHold;
            }

            output.WriteLine($"{flow.Jobs.Count} {(flow.Jobs.Count == 1 ? "job" : "jobs")}, nothing wrong");
            return ExitCode.Well;
        });
        return command;
    }

    private static Command CreateRun()
    {
        var file = File();
        var most = NumberOption.Whole("--jobs", $"Run so many jobs at once at most, 1 to {FlowOptions.MostJobs}. Default: as many as there are processors.", "N", 1, FlowOptions.MostJobs);
        var dry = new Option<bool>("--dry-run") { Description = "Tell which jobs would run, and why, and run none." };
        var keepGoing = new Option<bool>("--keep-going") { Description = FlowOptions.KeepGoingHelp };
        var retries = JobOptions.Retries();
        var delay = JobOptions.Delay();
        var json = CommonOptions.Json("A JSON array with one object a job at the end, instead of the table: job, host, status, reason, code, elapsedSeconds, log.");
        var command = new Command(
            "run",
            "Run what is out of date of a flow, in the order that its files demand. Progress goes to standard error, a table of all jobs to standard output at the end. "
            + "What is known of the jobs is kept in FLOW.state beside the flow. Ends with 1 if a job failed or was not run. Killed at any time, it goes on at the next start.")
        {
            file, most, dry, keepGoing, retries, delay, json,
        };
        command.SetAction(line =>
        {
            var flow = Load(line, file);
            var options = new FlowOptions { KeepGoing = line.GetValue(keepGoing) };
            options = options with { Jobs = line.GetValue(most) ?? options.Jobs, Retries = line.GetValue(retries) ?? options.Retries, RetryDelay = line.GetValue(delay)?.Time ?? options.RetryDelay };
            var runner = new FlowRunner(flow, options);
            using var stop = new StopSignals();
            var results = line.GetValue(dry) ? runner.Plan(stop.Token) : runner.Run(stop.Token, new Progress());
            FlowTable.Write(line.InvocationConfiguration.Output, results, line.GetValue(json));
            return line.GetValue(dry) || results.All(r => r.Status is FlowJobStatus.UpToDate or FlowJobStatus.Succeeded) ? ExitCode.Well : ExitCode.DoesNotHold;
        });
        return command;
    }

    private static Command CreateGraph()
    {
        var file = File();
        var target = CommonOptions.NotEmpty(new Option<string>("--output", "-o") { Description = "The file to write: NAME.svg, or NAME.dot for Graphviz. Default: Graphviz on standard output.", HelpName = "FILE" });
        var command = new Command("graph", "Draw a flow, each job in the colour of how it stands: green up to date, blue to be run, yellow running, red failed.") { file, target };
        command.SetAction(line =>
        {
            var flow = Load(line, file);
            var states = new FlowRunner(flow, new FlowOptions()).Status(CancellationToken.None);
            if (line.GetValue(target) is not { } path)
            {
                FlowGraph.WriteDot(line.InvocationConfiguration.Output, flow, states);
                return ExitCode.Well;
            }

            FlowGraph.Write(path, flow, states);
            return ExitCode.Well;
        });
        return command;
    }

    /// <summary>Tells on standard error how jobs begin and end.</summary>
    private sealed class Progress : IProgress<FlowJobResult>
    {
        public void Report(FlowJobResult value)
        {
            var where = value.Host.Length > 0 ? $" on {value.Host}" : "";
            if (value.Status != FlowJobStatus.UpToDate)
            {
                ErrorOutput.Line(value.Status switch
                {
                    FlowJobStatus.Running => $"started   {value.Job}{where}: {value.Reason}",
                    FlowJobStatus.Succeeded => $"succeeded {value.Job}{where} after {Figures.Decimals(value.Elapsed!.Value.TotalSeconds, 1)} s",
                    FlowJobStatus.Failed => $"FAILED    {value.Job}{where}: {value.Reason}; see {value.Log}",
                    _ => $"not run   {value.Job}{where}: {value.Reason}",
                });
            }
        }
    }
}
