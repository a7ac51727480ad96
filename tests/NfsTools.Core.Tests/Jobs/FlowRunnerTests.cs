using NfsTools.Jobs;
using NfsTools.Jobs.Flows;

namespace NfsTools.Core.Tests.Jobs;

/// <summary>Running flows: what runs, in which order, and what is known of it the next time.</summary>
public sealed class FlowRunnerTests : IDisposable
{
    // Each job notes that it ran; the third needs the other two.
    private const string Three =
        """
        jobs:
          - {name: both, command: "echo both >>ran; cat a b >c", inputs: [a, b], outputs: c}
          - {name: first, command: "echo first >>ran; sed s/x/y/ in >a", inputs: in, outputs: a}
          - {name: second, command: "echo second >>ran; echo 2 >b", outputs: b}
        """;

    private readonly TestDirectory directory = new();

    [Fact]
    public void Jobs_run_behind_those_they_need_and_the_next_time_only_what_is_out_of_date()
    {
        File.WriteAllText(directory["in"], "x\n");
        Assert.Equal(["due", "due", "due"], Words(Runner(Three).Plan(TestContext.Current.CancellationToken)));
        Assert.False(Directory.Exists(directory["flow.yaml.state"]), "a plan leaves nothing behind");

        Assert.Equal(["succeeded", "succeeded", "succeeded"], Words(Run(Three)));
        Assert.Equal("y\n2\n", File.ReadAllText(directory["c"]));
        Assert.Equal("both", Ran()[2]);
        Assert.Equal(["first", "second", "both"], Run(Three).Select(r => r.Job));
        Assert.Equal(3, Ran().Length);

        File.AppendAllText(directory["in"], "more\n");
        Assert.Equal(["succeeded", "upToDate", "succeeded"], Words(Run(Three)));
        Assert.Equal(["first", "both"], Ran()[3..]);

        // An output that somebody else has changed is made anew, and so is what needs it.
        File.WriteAllText(directory["b"], "tampered\n");
        Assert.Equal(["upToDate", "succeeded", "succeeded"], Words(Run(Three)));
        File.Delete(directory["c"]);
        Assert.Equal(["upToDate", "upToDate", "succeeded"], Words(Run(Three)));
        Assert.Equal(["upToDate", "succeeded", "succeeded"], Words(Run(Three.Replace("echo 2", "echo 3", StringComparison.Ordinal))));
        Assert.Equal("y\nmore\n3\n", File.ReadAllText(directory["c"]));
    }

    [Fact]
    public void A_directory_is_as_its_job_left_it_when_what_is_in_it_is_and_damaged_records_are_made_anew()
    {
        const string Flow = "jobs:\n- {name: maker, command: \"mkdir -p d/e; cat in >d/e/f\", inputs: in, outputs: d}\n- {name: user, command: \"cat d/e/f >out\", inputs: d, outputs: out}\n";
        File.WriteAllText(directory["in"], "1");
        Assert.Equal(["succeeded", "succeeded"], Words(Run(Flow)));
        Assert.Equal(["upToDate", "upToDate"], Words(Run(Flow)));

        File.WriteAllText(directory["d/e/more"], "");
        var changed = Runner(Flow).Plan(TestContext.Current.CancellationToken);
        Assert.Equal(["due", "due"], Words(changed));
        Assert.EndsWith("what is in it is not the same", changed[0].Reason, StringComparison.Ordinal);
        File.Delete(directory["d/e/more"]);
        Assert.Equal(["upToDate", "upToDate"], Words(Run(Flow)));

        File.AppendAllText(directory["flow.yaml.state/user@1.outputs.json"], "x");
        var results = Runner(Flow).Plan(TestContext.Current.CancellationToken);
        Assert.Equal(["upToDate", "due"], Words(results));
        Assert.Contains("no manifest of stamps", results[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_compared_by_what_their_names_lead_to()
    {
        Directory.CreateDirectory(directory["d"]);
        Directory.CreateSymbolicLink(directory["link"], "d");
        Directory.CreateSymbolicLink(directory["later"], "not-there");
        File.WriteAllText(directory["d/x"], "old");
        const string Flow = "jobs:\n- {name: reader, command: \"cat link/x >out\", inputs: link/x, outputs: out}\n- {name: maker, command: \"echo new >d/x\", outputs: d//x}\n";
        Assert.Equal(["succeeded", "succeeded"], Words(Run(Flow)));
        Assert.Equal("new\n", File.ReadAllText(directory["out"]));
        Assert.Equal(["upToDate", "upToDate"], Words(Run(Flow)));

        const string Twice = "jobs:\n- {name: one, command: \"true\", outputs: later/x}\n- {name: two, command: \"true\", outputs: link/../not-there/x}\n";
        Assert.Contains("the job \"one\" writes", Assert.Throws<NfsToolsException>(() => Runner(Twice)).Message, StringComparison.Ordinal);
        const string Option = "hosts: [{name: -oProxyCommand=x}]\njobs: [{name: a, command: \"true\"}]\n";
        Assert.Contains("is no name for a host", Assert.Throws<NfsToolsException>(() => Runner(Option)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void State_that_others_may_have_made_is_not_used_and_no_link_is_written_through()
    {
        const string Flow = "jobs:\n- {name: a, command: \"echo log; echo >out\", outputs: out}\n";
        File.WriteAllText(directory["precious"], "precious");
        Directory.CreateDirectory(directory["flow.yaml.state"]);
        File.CreateSymbolicLink(directory["flow.yaml.state/a@1.log"], directory["precious"]);
        Assert.Equal("log\n", File.ReadAllText(Assert.Single(Run(Flow)).Log!));
        Assert.Equal("precious", File.ReadAllText(directory["precious"]));

        Directory.Move(directory["flow.yaml.state"], directory["elsewhere"]);
        Directory.CreateSymbolicLink(directory["flow.yaml.state"], directory["elsewhere"]);
        Refused("symbolic link");
        File.Delete(directory["flow.yaml.state"]);
        Directory.CreateDirectory(directory["flow.yaml.state"]);
        File.CreateSymbolicLink(directory["flow.yaml.state/state.db"], directory["elsewhere/state.db"]);
        Refused("symbolic link");
        File.Delete(directory["flow.yaml.state/state.db"]);
        File.SetUnixFileMode(directory["flow.yaml.state"], (UnixFileMode)0b111_111_111);
        Refused("everybody may write it");

        void Refused(string reason)
        {
            Assert.Contains(reason, Assert.Throws<NfsToolsException>(() => Run(Flow)).Message, StringComparison.Ordinal);
            Assert.Contains(reason, Assert.Throws<NfsToolsException>(() => Runner(Flow).Plan(TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_graph_replaces_a_link_and_is_written_to_a_device()
    {
        var flow = Load("jobs:\n- {name: a, command: \"true\", outputs: out}\n");
        var states = new FlowRunner(flow, new FlowOptions()).Plan(TestContext.Current.CancellationToken);
        File.WriteAllText(directory["precious"], "precious");
        File.CreateSymbolicLink(directory["graph.dot"], directory["precious"]);
        FlowGraph.Write(directory["graph.dot"], flow, states);
        Assert.Equal("precious", File.ReadAllText(directory["precious"]));
        Assert.Null(new FileInfo(directory["graph.dot"]).LinkTarget);
        Assert.StartsWith("digraph", File.ReadAllText(directory["graph.dot"]), StringComparison.Ordinal);
        File.CreateSymbolicLink(directory["device"], "/dev/null");
        FlowGraph.Write(directory["device"], flow, states);
        Assert.Equal("/dev/null", new FileInfo(directory["device"]).LinkTarget);
    }

    [Fact]
    public void Files_are_one_by_whatever_hard_link_they_are_named()
    {
        Hard("x", "y");
        Hard("x", "z");
        const string Reads = "jobs:\n- {name: reader, command: \"cat y >out\", inputs: y, outputs: out}\n- {name: maker, command: \"echo new >x\", outputs: x}\n";
        const string Twice = "jobs:\n- {name: one, command: \"true\", outputs: x}\n- {name: two, command: \"true\", outputs: y}\n";
        const string Links = "jobs:\n- {name: make, command: \"echo >x\", outputs: x}\n- {name: link, command: \"ln -f x y\", inputs: x, outputs: y}\n- {name: more, command: \"ln -f x z\", inputs: x, outputs: z}\n";

        Assert.All(Run(Reads), r => Assert.Equal(FlowJobStatus.Succeeded, r.Status));
        Assert.Equal("new\n", File.ReadAllText(directory["out"]));
        Assert.Contains($"{directory["y"]} is another name of {directory["x"]}, which the job \"one\" writes", Assert.Single(Load(Twice).Check(TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Empty(Load(Links).Check(TestContext.Current.CancellationToken));

        void Hard(string file, string name)
        {
            File.AppendAllText(directory[file], "");
            using var link = System.Diagnostics.Process.Start("ln", [directory[file], directory[name]]);
            link.WaitForExit();
        }
    }

    [Fact]
    public void Files_are_one_by_whatever_bind_mount_they_are_named()
    {
        File.WriteAllText(directory["flow.yaml"], """
            jobs:
            - {name: reader, command: "cat b/x f2 >out", inputs: [b/x, f2], outputs: out}
            - {name: maker, command: "echo new >d/x", outputs: d/x}
            - {name: other, command: "echo f >f1", outputs: f1}
            - {name: again, command: "true", outputs: b/x}
            """);

        var (code, output) = PrivateMounts.Run(Path.GetDirectoryName(directory["l"])!,
            "mkdir d b; touch f1 f2; mount --bind d b; mount --bind f1 f2; $NFSTOOLS flow check flow.yaml || true; sed -i /again/d flow.yaml; $NFSTOOLS flow run flow.yaml 2>&1; cat out");

        Assert.Equal(0, code);
        Assert.Contains("the job \"maker\" writes ", output, StringComparison.Ordinal);
        Assert.EndsWith("new\nf\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flow_is_one_by_whatever_name_it_is_run()
    {
        const string Flow = "jobs:\n- {name: a, command: \"echo >>ran; echo >out\", outputs: out}\n";
        Assert.Equal(["succeeded"], Words(Run(Flow)));
        Directory.CreateDirectory(directory["sub"]);
        File.CreateSymbolicLink(directory["sub/other.yaml"], directory["flow.yaml"]);
        Assert.Equal(["upToDate"], Words(new FlowRunner(JobFlow.Load(directory["sub/other.yaml"]), new FlowOptions()).Run(TestContext.Current.CancellationToken)));
        Assert.Single(Ran());

        using (var link = System.Diagnostics.Process.Start("ln", [directory["flow.yaml"], directory["hard.yaml"]]))
        {
            link.WaitForExit();
        }

        var runner = new FlowRunner(JobFlow.Load(directory["hard.yaml"]), new FlowOptions());
        Assert.Contains("a hard link", Assert.Throws<NfsToolsException>(() => runner.Run(TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_needs_those_that_make_what_is_in_its_directories_or_the_directory_around_its_files()
    {
        const string Flow =
            """
            jobs:
              - {name: last, command: "cat e/x >out", inputs: e/x, outputs: out}
              - {name: middle, command: "mkdir -p e; cat d/x >e/x", inputs: d, outputs: e}
              - {name: first, command: "mkdir -p d; echo new >d/x", outputs: d/x}
            """;
        Assert.Equal(["succeeded", "succeeded", "succeeded"], Words(Run(Flow)));
        Assert.Equal("new\n", File.ReadAllText(directory["out"]));
        Assert.Equal(["upToDate", "upToDate", "upToDate"], Words(Run(Flow)));

        const string Twice = "jobs:\n- {name: one, command: \"true\", outputs: f/g/x}\n- {name: two, command: \"true\", outputs: f}\n";
        Assert.Contains("which the job \"two\" writes", Assert.Throws<NfsToolsException>(() => Runner(Twice)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_in_the_environment_that_begins_with_a_dash_is_no_option()
    {
        const string Flow = "hosts: [{name: here, launcher: local}]\njobs:\n- {name: a, command: [cp, /proc/self/environ, out], outputs: out, host: here, wrap: false, environment: {-uPATH: x}}\n";
        Assert.Equal(["succeeded"], Words(Run(Flow)));
        Assert.Contains("-uPATH=x\0", File.ReadAllText(directory["out"]), StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_failure_no_other_job_is_started_or_with_keep_going_those_that_do_not_need_it()
    {
        const string Flow =
            """
            jobs:
              - {name: bad, command: "echo sorry >&2; exit 3", outputs: a}
              - {name: needer, command: "cp a b", inputs: a, outputs: b}
              - {name: other, command: "echo >c", outputs: c}
            """;

        var results = Run(Flow, jobs: 1);
        Assert.Equal(["failed", "notRun", "notRun"], Words(results));
        Assert.Equal((3, "sorry\n"), (results[0].Code, File.ReadAllText(results[0].Log!)));
        Assert.Equal(["the command returned 3", "bad, which it needs, failed", "another job failed"], results.Select(r => r.Reason));

        Assert.Equal(["failed", "notRun", "succeeded"], Words(Run(Flow, keepGoing: true)));
        Assert.Equal(["failed", "due", "upToDate"], Words(Runner(Flow).Status(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void A_job_that_does_not_write_its_output_has_failed()
    {
        File.WriteAllText(directory["out"], "of yesterday");
        var result = Assert.Single(Run("jobs:\n- {name: lazy, command: \"true\", outputs: out}\n"));
        Assert.Equal((FlowJobStatus.Failed, JobExitCode.OutputNotWritten), (result.Status, result.Code));
    }

    [Fact]
    public void An_input_that_somebody_changed_after_its_job_recorded_it_stops_the_job_that_needs_it()
    {
        var results = Run(
            """
            jobs:
              - {name: maker, command: "echo 1 >a", outputs: a}
              - {name: vandal, command: "echo 2 >a; echo >b", inputs: a, outputs: b}
              - {name: reader, command: "cat a b >c", inputs: [a, b], outputs: c}
            """);
        Assert.Equal(["succeeded", "failed", "notRun"], Words(results));
        Assert.Equal(JobExitCode.InputChanged, results[1].Code);
    }

    [Fact]
    public void Independent_jobs_run_at_once()
    {
        // Each waits for the other, so one at a time would never end.
        const string Flow =
            """
            jobs:
              - {name: one, command: "echo >a; until [ -e b ]; do sleep 0.01; done", outputs: a, timeout: 60}
              - {name: two, command: "echo >b; until [ -e a ]; do sleep 0.01; done", outputs: b, timeout: 60}
            """;
        Assert.Equal(["succeeded", "succeeded"], Words(Run(Flow)));
    }

    [Fact]
    public void A_job_on_a_host_goes_through_its_launcher_wrapped_there_or_checked_from_here()
    {
        File.WriteAllText(directory["in"], "3\n1\n2\n");
        File.WriteAllText(directory["launch"], "#!/bin/sh\necho \"$@\" >>\"${0%/*}/launched\"\nshift\nexec \"$@\"\n");
        File.SetUnixFileMode(directory["launch"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var results = Run(
            $$$"""
            nfstools: {{{NfstoolsProgram.File}}}
            hosts:
              - {name: lx1, launcher: [{{{directory["launch"]}}}, "{host}"]}
            jobs:
              - {name: wrapped, command: [sh, -c, "sort in >$NAME"], inputs: in, outputs: sorted, host: lx1, environment: {NAME: sorted}}
              - {name: plain, command: [cp, sorted, copy], inputs: sorted, outputs: copy, host: lx1, wrap: false}
              - {name: refused, command: [cp, copy, gone/x], inputs: copy, outputs: gone/x, host: lx1}
            """);

        Assert.Equal(["succeeded", "succeeded", "failed"], Words(results));
        Assert.Equal("1\n2\n3\n", File.ReadAllText(directory["copy"]));
        Assert.Equal(3, File.ReadLines(directory["launched"]).Count(l => l.StartsWith("lx1 env -C ", StringComparison.Ordinal)));
        Assert.Equal(2, File.ReadLines(directory["launched"]).Count(l => l.Contains("nfstools run -n ", StringComparison.Ordinal)));
        Assert.True(JobExitCode.IsOwn(results[2].Code!.Value) || results[2].Code == 1, $"{results[2]}");
    }

    [Fact]
    public async Task What_goes_on_since_a_run_was_killed_is_waited_for_and_what_it_recorded_counts()
    {
        // As a run that was killed left it: two jobs under way, one of which is still there and has not recorded, one of which has.
        const string Flow = "jobs:\n- {name: done, command: \"echo done >>ran; echo >a\", outputs: a}\n- {name: lost, command: \"echo lost >>ran; echo >b\", outputs: b}\n";
        Run(Flow);
        using (var state = FlowState.OpenToRun(Load(Flow)))
        {
            foreach (var job in Load(Flow).Jobs)
            {
                var attempt = state.Begin(job, DateTimeOffset.UnixEpoch);
                if (job.Name == "done")
                {
                    File.Copy(state.InputManifest(job, attempt - 1), state.InputManifest(job, attempt));
                    File.Copy(state.OutputManifest(job, attempt - 1), state.OutputManifest(job, attempt));
                }
            }
        }

        using var orphan = new System.Diagnostics.Process();
        orphan.StartInfo = new("sh", ["-c", "read end; echo orphan >>ran"]) { WorkingDirectory = directory[""], RedirectStandardInput = true };
        orphan.StartInfo.Environment[FlowRunner.MarkVariable] = directory["flow.yaml.state/lost@2."];
        orphan.Start();
        var told = new Told(() => orphan.StandardInput.Close());

        var results = await Task.Run(() => Runner(Flow).Run(TestContext.Current.CancellationToken, told), TestContext.Current.CancellationToken);

        Assert.Equal(["upToDate", "succeeded"], Words(results));
        Assert.Equal(["orphan", "lost"], Ran()[2..]);
    }

    [Fact]
    public async Task A_flow_that_is_being_run_is_refused_to_others_who_may_look_at_it()
    {
        const string Flow = "jobs:\n- {name: slow, command: \"echo >begun; until [ -e end ]; do sleep 0.01; done; echo >a\", outputs: a, timeout: 60}\n";
        var running = Task.Run(() => Run(Flow), TestContext.Current.CancellationToken);
        while (!File.Exists(directory["begun"]))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Contains($"being run by {TestUser.Name} on {Environment.MachineName}, process {Environment.ProcessId}, ", Assert.Throws<NfsToolsException>(() => Run(Flow)).Message, StringComparison.Ordinal);
        Assert.Equal(["running"], Words(Runner(Flow).Status(TestContext.Current.CancellationToken)));
        await File.WriteAllTextAsync(directory["end"], "", TestContext.Current.CancellationToken);
        Assert.Equal(["succeeded"], Words(await running));
    }

    [Fact]
    public async Task Cancelled_it_ends_what_runs_and_the_next_run_begins_that_anew()
    {
        const string Flow = "jobs:\n- {name: slow, command: \"echo >begun; [ -e go ] || exec sleep 1000; echo >a\", outputs: a}\n- {name: next, command: cp a b, inputs: a, outputs: b}\n";
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => Runner(Flow).Run(stop.Token), TestContext.Current.CancellationToken);
        while (!File.Exists(directory["begun"]))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        Assert.Equal([(FlowJobStatus.NotRun, "the flow was ended while it ran"), (FlowJobStatus.NotRun, "the flow was ended before")], (await running).Select(r => (r.Status, r.Reason)));
        await File.WriteAllTextAsync(directory["go"], "", TestContext.Current.CancellationToken);
        Assert.Equal(["succeeded", "succeeded"], Words(Run(Flow)));
    }

    [Fact]
    public void A_graph_shows_each_job_in_the_colour_of_how_it_stands()
    {
        File.WriteAllText(directory["in"], "x\n");
        Run(Three);
        File.Delete(directory["c"]);
        using var dot = new StringWriter();
        using var svg = new StringWriter();
        FlowGraph.WriteDot(dot, Load(Three), Runner(Three).Status(TestContext.Current.CancellationToken));
        FlowGraph.WriteSvg(svg, Load(Three), Runner(Three).Status(TestContext.Current.CancellationToken));

        Assert.Contains("\"first\" -> \"both\";", dot.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"first\" [fillcolor=\"#b7e1a1\"];", dot.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"both\" [fillcolor=\"#cfe2f3\"];", dot.ToString(), StringComparison.Ordinal);
        var drawing = System.Xml.Linq.XDocument.Parse(svg.ToString());
        Assert.Equal(["first", "second", "both"], drawing.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value));
        Assert.Equal(2, drawing.Descendants().Count(e => e.Name.LocalName == "path"));
    }

    public void Dispose() => directory.Dispose();

    private static IEnumerable<string> Words(IEnumerable<FlowJobResult> results) => results.Select(r => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(r.Status.ToString()));

    private JobFlow Load(string yaml)
    {
        File.WriteAllText(directory["flow.yaml"], yaml);
        return JobFlow.Load(directory["flow.yaml"]);
    }

    private FlowRunner Runner(string yaml, bool keepGoing = false, int jobs = 4) => new(Load(yaml), new FlowOptions { Jobs = jobs, KeepGoing = keepGoing, Retries = 0 });

    private IReadOnlyList<FlowJobResult> Run(string yaml, bool keepGoing = false, int jobs = 4) => Runner(yaml, keepGoing, jobs).Run(TestContext.Current.CancellationToken);

    private string[] Ran() => File.ReadAllLines(directory["ran"]);

    private sealed class Told(Action onRunning) : IProgress<FlowJobResult>
    {
        public void Report(FlowJobResult value)
        {
            if (value.Reason.Contains("goes on", StringComparison.Ordinal))
            {
                onRunning();
            }
        }
    }
}
