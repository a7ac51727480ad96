using NfsTools.Jobs;
using NfsTools.Stamps;

namespace NfsTools.Core.Tests.Jobs;

public sealed class ProtectedJobTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public ProtectedJobTests() => Write("in", "12345");

    public void Dispose()
    {
        // Nothing is left behind, however the job ended.
        Assert.DoesNotContain(Directory.GetFiles(Root, "*", SearchOption.AllDirectories), f => f.Contains(".nfstools-probe", StringComparison.Ordinal) || f.EndsWith(".tmp", StringComparison.Ordinal));
        directory.Dispose();
    }

    private string Root => Path.GetDirectoryName(directory["in"])!;

    [Fact]
    public void A_job_that_writes_its_output_succeeds_and_records_it_for_the_next_one()
    {
        var first = Run(Job("cp in out") with { ManifestPath = directory["m.json"] });

        Assert.Equal((JobVerdict.Succeeded, 0, false), (first.Verdict, first.Code, first.IsOwnCode));
        Assert.Equal((true, true), (first.Inputs[0].Unchanged, first.Outputs[0].Written));
        Assert.True(first.Outputs[0].After!.ModifyTime >= first.Outputs[0].ServerStart);
        Assert.True(first.EndedAt >= first.StartedAt);
        Assert.Equal(directory["m.json"], first.Manifest);

        var next = Run(Job("cat out > other", inputs: [], outputs: ["other"]) with { ExpectedManifests = [directory["m.json"]] });
        Assert.Equal((JobVerdict.Succeeded, directory["out"]), (next.Verdict, next.Inputs[0].Path));

        Write("out", "tampered");
        var stale = Run(Job("touch ran") with { Files = new() { Inputs = [directory["out"]] }, Expected = ExpectedStamps.Read([directory["m.json"]]), Retries = 0 });
        Assert.Equal((JobVerdict.InputsNotReady, 120, true), (stale.Verdict, stale.Code, stale.IsOwnCode));
        Assert.False(File.Exists(directory["ran"]));
    }

    [Fact]
    public void It_waits_for_an_input_and_then_runs_at_once()
    {
        var job = Job("cp late out", inputs: ["late"]) with { Retries = 1, RetryDelay = TimeSpan.FromDays(1) };

        var result = job.Run(TestContext.Current.CancellationToken, progress: new Told(_ => Write("late", "")));

        Assert.Equal(JobVerdict.Succeeded, result.Verdict);
        Assert.True(result.Inputs[0].Before.Attempts > 1);
    }

    [Fact]
    public void A_manifest_that_is_a_pipe_is_refused_at_once()
    {
        MakePipe("silent.json");

        var result = Run(Job("touch ran") with { ExpectedManifests = [directory["silent.json"]], Retries = 0 });

        Assert.Equal((JobVerdict.InputsNotReady, 120), (result.Verdict, result.Code));
        Assert.Contains("no regular file", result.Reason, StringComparison.Ordinal);
        Assert.False(File.Exists(directory["ran"]));
    }

    [Theory]
    [InlineData("true", "nothing is there")]
    [InlineData("touch elsewhere", "nothing is there")]
    public void An_output_that_is_not_there_is_told(string script, string reason)
    {
        var result = Run(Job(script) with { ManifestPath = directory["m.json"] });

        Assert.Equal((JobVerdict.OutputNotWritten, 122, reason), (result.Verdict, result.Code, result.Outputs[0].Reason));
        Assert.False(File.Exists(directory["m.json"]));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("cat out > /dev/null")]
    [InlineData("chmod 600 out")]
    [InlineData("ln out more")]
    public void An_output_from_before_is_not_the_jobs(string script)
    {
        for (var i = 0; i < 20; i++)
        {
            // Written in this very tick of the clock.
            Write("out", "old");
            File.Delete(directory["more"]);

            var result = Run(Job(script));

            Assert.Equal(JobVerdict.OutputNotWritten, result.Verdict);
            Assert.StartsWith("it is the same as before the start", result.Outputs[0].Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_output_rewritten_with_the_same_bytes_is_the_jobs_also_within_a_tick()
    {
        for (var i = 0; i < 20; i++)
        {
            Write("out", "old");

            Assert.Equal((true, JobVerdict.Succeeded), Run(Job("printf old > out")) is var r ? (r.Outputs[0].Written, r.Verdict) : default);
        }
    }

    [Theory]
    [InlineData("touch -d 2001-01-01 out")]
    [InlineData("cp -p in out")]
    [InlineData("ln in out")]
    [InlineData("ln -s in out")]
    [InlineData("mkdir out")]
    [InlineData("tar cf t in && tar xf t && mv in out && cp -p out in")]
    public void An_output_that_is_made_with_an_earlier_mtime_is_the_jobs(string script)
    {
        File.SetLastWriteTimeUtc(directory["in"], new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        var result = Run(Job(script, inputs: []));

        Assert.True(result.Outputs[0].Written, result.Outputs[0].Reason);
    }

    [Fact]
    public void An_output_dated_into_the_future_is_judged_by_what_changed()
    {
        Write("out", "old");
        File.SetLastWriteTimeUtc(directory["out"], DateTime.UtcNow.AddHours(1));

        Assert.Equal(JobVerdict.OutputNotWritten, Run(Job("true")).Verdict);
        Assert.Equal(JobVerdict.Succeeded, Run(Job("printf new > out")).Verdict);
    }

    [Fact]
    public void With_hashes_content_counts_where_stamps_are_the_same()
    {
        Write("out", "old");

        // The same size and mtime, another content.
        var result = Run(Job("touch -r out ref; printf new > out; touch -r ref out") with { Hash = true });

        Assert.Equal(JobVerdict.Succeeded, result.Verdict);
        Assert.Matches("^[0-9a-f]{64}$", result.Outputs[0].HashAfter);
        Assert.NotEqual(result.Outputs[0].HashBefore, result.Outputs[0].HashAfter);
        Assert.Equal(result.Inputs[0].HashBefore, result.Inputs[0].HashAfter);
        Assert.Equal(JobVerdict.Succeeded, Run(Job("chmod 640 in; cp in out") with { Hash = true }).Verdict);
    }

    [Theory]
    [InlineData("cp in out; echo more >> in", "it changed: its size is 10, not 5")]
    [InlineData("cp in out; rm in", "it is gone")]
    [InlineData("cp in out; cp in new; mv new in", "it changed: its mtime is ")]
    [InlineData("cp in out; ln -sf out in", "it changed: its mtime is ")]
    [InlineData("cp in out; chmod 640 in", "it changed: its type or mode is another")]
    [InlineData("cp in out; touch -r in ref; echo 1234 >in; touch -r ref in; ln in in.l", "it changed: its ctime is ")]
    [InlineData("ln in keep; echo 1234 >new; mv new in; cp in out; ln -f keep in", "it changed: its ctime is ")]
    public void An_input_that_changes_while_the_job_runs_is_told(string script, string reason)
    {
        var result = Run(Job(script));

        Assert.Equal((JobVerdict.InputChanged, 121), (result.Verdict, result.Code));
        Assert.StartsWith(reason, result.Inputs[0].Reason, StringComparison.Ordinal);
    }

    // An output that is another name of the input moves the input's ctime, too.
    [Theory]
    [InlineData("cp in out; ln in in.l", null)]
    [InlineData("cat in >out; chmod 640 other; echo >>other; ln in in.l", null)]
    [InlineData("touch -r in ref; echo 1234 >in; touch -r ref in; cp in out; ln in in.l", "it changed: its ctime is ")]
    [InlineData("touch -r in ref; ln in in.l; echo 1234 >in.l; cp in out; touch -r ref in", "it changed: its ctime is ")]
    [InlineData("touch -r in ref; perl -e 'truncate q(in), 3'; echo 4 >>in; touch -r ref in; cp in out; ln in in.l", "it changed: its ctime is ")]
    [InlineData("ln in in.l; echo 1234 >new; mv new in; cp in out; ln -f in.l in", "it changed: its ctime is ")]
    [InlineData("mv in in.l; echo 1234 >in; cp in out; ln -f in.l in", "it changed: its ctime is ")]
    public void An_input_that_changes_behind_a_name_more_is_told(string script, string? reason)
    {
        Write("other", "");
        var result = Run(Job(script, outputs: ["out", "in.l"]));

        Assert.Equal(reason is null ? JobVerdict.Succeeded : JobVerdict.InputChanged, result.Verdict);
        Assert.StartsWith(reason ?? "its stamp is the same", result.Inputs[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_is_switched_is_a_change_though_both_targets_stay()
    {
        Write("one", "12345");
        Write("two", "12345");
        File.CreateSymbolicLink(directory["link"], "one");

        Assert.Equal(JobVerdict.Succeeded, Run(Job("cp link out", inputs: ["link"])).Verdict);
        Assert.Equal(JobVerdict.InputChanged, Run(Job("cp link out; ln -sfn two link", inputs: ["link"])).Verdict);
    }

    [Fact]
    public void What_the_job_does_to_its_inputs_by_its_nature_is_no_change()
    {
        Assert.Equal(JobVerdict.Succeeded, Run(Job("ln in out")).Verdict);
        Assert.Equal(JobVerdict.Succeeded, Run(Job("echo more >> in", outputs: ["in"])).Verdict);
        Assert.Equal(JobVerdict.Succeeded, Run(Job("mv in out2", outputs: ["out2"]) with { Files = new() { Inputs = [directory["in"]], Outputs = [directory["out2"]], Consumed = [directory["in"]] } }).Verdict);
    }

    [Theory]
    [InlineData("true", false)]
    [InlineData("ls d; chmod 600 d/old; ln d/old more", false)]
    [InlineData("echo 1 >d/new", true)]
    [InlineData("echo 1 >d/e/new", true)]
    [InlineData("rm d/old", true)]
    [InlineData("printf old >d/old", true)]
    [InlineData("ln -s nowhere d/link", true)]
    [InlineData("mv d/old d/older", true)]
    [InlineData("mv d d2; mkdir d", true)]
    public void A_directory_is_written_when_what_is_in_it_changed(string script, bool written)
    {
        Directory.CreateDirectory(directory["d/e"]);
        Write("d/old", "old");

        var result = Run(Job(script, outputs: ["d"]));

        Assert.Equal((written, written ? JobVerdict.Succeeded : JobVerdict.OutputNotWritten), (result.Outputs[0].Written, result.Verdict));
        Assert.Equal(JobVerdict.Succeeded, Run(Job("mkdir fresh", outputs: ["fresh"])).Verdict);
    }

    [Theory]
    [InlineData("echo 1 >d/out", null)]
    [InlineData("mkdir d/sub; echo 1 >d/sub/out", null)]
    [InlineData("echo 1 >d/out; echo 1 >d/new", "it changed: new in it is new")]
    [InlineData("echo 1 >d/out; echo old2 >d/e/old", "it changed: e/old in it changed")]
    [InlineData("echo 1 >d/out; touch -r d/e/old ref; printf OLD >d/e/old; touch -r ref d/e/old", "it changed: e/old in it changed")]
    [InlineData("echo 1 >d/out; rm d/e/old", "it changed: e/old in it is gone")]
    [InlineData("echo 1 >d/out; mv d d2; cp -a d2 d", "it changed: ")]
    public void An_input_directory_must_stay_as_it_is_but_for_the_jobs_outputs(string script, string? reason)
    {
        Directory.CreateDirectory(directory["d/e"]);
        Write("d/e/old", "old");

        var result = Run(Job(script, inputs: ["d"], outputs: [script.Contains("sub", StringComparison.Ordinal) ? "d/sub/out" : "d/out"]));

        Assert.Equal(reason is null ? JobVerdict.Succeeded : JobVerdict.InputChanged, result.Verdict);
        Assert.StartsWith(reason ?? "what is in it is the same", result.Inputs[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_of_whose_content_a_manifest_says_nothing_is_refused()
    {
        Directory.CreateDirectory(directory["d"]);
        Write("d/x", "");
        var manifest = directory["m.json"];
        StampManifest.Write(manifest, [new FreshStamps().Take(directory["d"])]);

        var unknown = Run(Job("touch ran") with { Files = new(), ExpectedManifests = [manifest], Retries = 0 });

        Assert.Equal((JobVerdict.InputsNotReady, false), (unknown.Verdict, File.Exists(directory["ran"])));
        Assert.Contains("does not say what was in the directory", unknown.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no manifest of stamps")]
    [InlineData("{\"version\": 1, \"files\": []} x", "no manifest of stamps")]
    [InlineData("{\"version\": 2, \"files\": []}", "has version 2")]
    [InlineData("{\"version\": 1, \"files\": []}", "in: not in the manifest")]
    [InlineData(null, "the manifest cannot be read")]
    public void An_input_whose_stamp_is_not_known_though_asked_for_keeps_the_job_from_running(string? manifest, string reason)
    {
        if (manifest is not null)
        {
            Write("m.json", manifest);
        }

        var result = Run(Job("touch ran") with { ExpectedManifests = [directory["m.json"]] });

        Assert.Equal((JobVerdict.InputsNotReady, 120, false), (result.Verdict, result.Code, File.Exists(directory["ran"])));
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_goes_through_a_device_is_no_file_of_a_job_whose_files_are_found_in_its_words()
    {
        var job = Job("cat in >/dev/null", inputs: ["in", "/dev/null", "/proc/self/stat"], outputs: ["/dev/null", "/dev/stdout"]);

        var result = Run(job with { FilesFrom = "capsule" });

        Assert.Equal((JobVerdict.Succeeded, 1, 0), (result.Verdict, result.Inputs.Count, result.Outputs.Count));
    }

    [Theory]
    [InlineData("/dev/zero", "a device")]
    [InlineData("pipe", "a FIFO")]
    [InlineData("link", "a FIFO")]
    [InlineData("socket", "a socket")]
    [InlineData("/proc/self/stat", "what the kernel makes at each look")]
    [InlineData("/dev/stdin", "what a process has open")]
    public void A_file_that_is_named_and_cannot_be_checked_is_refused(string path, string kind)
    {
        MakePipe("pipe");
        File.CreateSymbolicLink(directory["link"], "pipe");
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(directory["socket"]));

        foreach (var job in new[] { Job("touch ran", inputs: ["in", path]), Job("touch ran", outputs: [path]) })
        {
            var result = Run(job);

            Assert.Equal((JobVerdict.NotCheckable, 125, true, null), (result.Verdict, result.Code, result.IsOwnCode, result.StartedAt));
            Assert.EndsWith($"{path} cannot be checked: it is {kind}, of which nothing stays to compare: leave it out", result.Reason, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(directory["ran"]));
    }

    [Fact]
    public void An_output_that_became_a_pipe_is_not_written_and_not_recorded()
    {
        var result = Run(Job("mkfifo out") with { ManifestPath = directory["m.json"] });
        var unprotected = Run(Job("true") with { Protect = false, ManifestPath = directory["m.json"] });

        Assert.Equal((JobVerdict.OutputNotWritten, "it is a FIFO now, in which nothing stays"), (result.Verdict, result.Outputs[0].Reason));
        Assert.Equal(JobVerdict.NotRecorded, unprotected.Verdict);
        Assert.False(File.Exists(directory["m.json"]));
    }

    [Fact]
    public void A_pipe_in_a_directory_is_neither_changed_nor_written_by_what_goes_through_it()
    {
        Directory.CreateDirectory(directory["d"]);
        MakePipe("d/pipe");
        const string Use = "cat d/pipe >/dev/null & echo x >d/pipe; wait";

        Assert.Equal(JobVerdict.Succeeded, Run(Job($"{Use}; touch out", inputs: ["d"])).Verdict);
        Assert.Equal(JobVerdict.OutputNotWritten, Run(Job(Use, outputs: ["d"])).Verdict);
        Assert.Equal(JobVerdict.InputChanged, Run(Job("mv d/pipe d/other; touch out", inputs: ["d"])).Verdict);
    }

    [Fact]
    public void An_input_that_the_job_gave_another_name_is_as_expected_by_the_stamps_it_recorded()
    {
        StampManifest.Write(directory["made.json"], [new FreshStamps().Take(directory["in"])]);
        Assert.Equal(JobVerdict.Succeeded, Run(Job("ln in out") with { ExpectedManifests = [directory["made.json"]], ManifestPath = directory["linked.json"] }).Verdict);

        Assert.Equal(JobVerdict.Succeeded, Run(Job("cp in other", outputs: ["other"]) with { ExpectedManifests = [directory["made.json"], directory["linked.json"]] }).Verdict);
    }

    [Theory]
    [InlineData("exit 5", 5)]
    [InlineData("kill -KILL $$", 137)]
    [InlineData("exit 121", 121)]
    public void A_job_that_fails_keeps_its_code(string script, int code)
    {
        var result = Run(Job(script) with { ManifestPath = directory["m.json"] });

        Assert.Equal((JobVerdict.Failed, code, false), (result.Verdict, result.Code, result.IsOwnCode));
        Assert.False(result.Outputs[0].Written);
        Assert.False(File.Exists(directory["m.json"]));
    }

    [Fact]
    public void What_cannot_be_started_and_what_takes_too_long_have_codes_of_their_own()
    {
        var missing = Run(new() { Command = new() { FileName = "no-such-command" }, Protect = true });
        var slow = Run(Job("sleep 1000") with { Timeout = TimeSpan.FromMilliseconds(100) });

        Assert.Equal((JobVerdict.CannotStart, 123, null), (missing.Verdict, missing.Code, missing.StartedAt));
        Assert.Equal((JobVerdict.TimedOut, 124), (slow.Verdict, slow.Code));
    }

    [Fact]
    public void A_manifest_that_cannot_be_written_is_told_with_the_evidence()
    {
        var result = Run(Job("cp in out") with { ManifestPath = directory["no/m.json"] });

        Assert.Equal((JobVerdict.NotRecorded, 125, true), (result.Verdict, result.Code, result.Outputs[0].Written));
    }

    [Fact]
    public void Without_protection_the_outputs_stamps_are_recorded_and_nothing_is_judged()
    {
        var result = Run(Job("cp in out", inputs: ["missing"]) with { Protect = false, ManifestPath = directory["m.json"] });

        Assert.Equal((JobVerdict.Succeeded, null), (result.Verdict, result.Outputs[0].Written));
        Assert.True(Assert.Single(StampManifest.Read(directory["m.json"])).Same(new FreshStamps().Take(directory["out"])));
    }

    [Fact]
    public void An_output_in_a_directory_that_the_job_makes_or_that_cannot_be_written_is_judged_all_the_same()
    {
        Assert.Equal(JobVerdict.Succeeded, Run(Job("mkdir new && cp in new/out", outputs: ["new/out"])).Verdict);

        // So deep that the probe's name would be too long.
        var deep = Path.Join(Root, string.Concat(Enumerable.Repeat(new string('d', 200) + "/", (4080 - Root.Length) / 201)));
        deep = Path.Join(deep, new string('e', 4080 - deep.Length));
        Directory.CreateDirectory(deep);
        File.WriteAllText(Path.Join(deep, "o"), "");
        var result = Run(Job("true", outputs: [Path.Join(deep, "o")]));
        Assert.Null(result.Outputs[0].ServerStart);
        Assert.Contains("the server's clock cannot be asked", result.Outputs[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Work_of_this_process_is_guarded_like_a_command()
    {
        var job = Job("") with
        {
            Command = null,
            Name = "work",
            Files = new() { Inputs = [directory["in"]], Outputs = [directory["out"]] },
            Work = _ =>
            {
                Write("out", "");
                return new ChildExit { ExitCode = 0, Elapsed = TimeSpan.Zero };
            },
        };

        Assert.Equal((JobVerdict.Succeeded, "work"), Run(job) is var r ? (r.Verdict, r.Command) : default);
    }

    [Fact]
    public void A_job_is_cancelled_while_it_waits_and_while_it_runs()
    {
        using var waiting = new CancellationTokenSource();
        using var running = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var wait = Job("true", inputs: ["missing"]);

        Assert.Throws<OperationCanceledException>(() => wait.Run(waiting.Token, progress: new Told(_ => waiting.Cancel())));
        Assert.Throws<OperationCanceledException>(() => Job("sleep 1000").Run(running.Token));
    }

    private ProtectedJob Job(string script, string[]? inputs = null, string[]? outputs = null) => new()
    {
        Command = new ChildCommand { FileName = "/bin/sh", Arguments = ["-c", script], WorkingDirectory = Root },
        Files = new JobFiles { Inputs = inputs ?? ["in"], Outputs = outputs ?? ["out"] },
        Protect = true,
    };

    private static ProtectedJobResult Run(ProtectedJob job) => job.Run(TestContext.Current.CancellationToken);

    private void MakePipe(string name)
    {
        using var mkfifo = System.Diagnostics.Process.Start("mkfifo", [directory[name]]);
        mkfifo.WaitForExit();
    }

    private void Write(string name, string content) => File.WriteAllText(directory[name], content);

    private sealed class Told(Action<IReadOnlyList<FileCheck>> tell) : IProgress<IReadOnlyList<FileCheck>>
    {
        public void Report(IReadOnlyList<FileCheck> value) => tell(value);
    }
}
