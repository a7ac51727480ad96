using NfsTools.Jobs.Flows;

namespace NfsTools.Core.Tests.Jobs;

/// <summary>A flow is taken as it was meant, or what is wrong with it is told with its place.</summary>
public sealed class JobFlowTests : IDisposable
{
    private readonly TestDirectory directory = new();

    [Fact]
    public void A_flow_with_every_key_gives_every_job()
    {
        var flow = Load(
            """
            nfstools: /opt/nfstools/nfstools
            hosts:
              - {name: lx1, launcher: ssh}
              - {name: lx2, launcher: [remsh, -q, "{host}"], shell: true}
              - {name: lx3, launcher: srun}
            jobs:
              - name: sort
                command: [sort, -n, "a b"]
                inputs: [../in]
                outputs: out
                host: lx1
                directory: sub
                environment: {LC_ALL: C, N: 2}
                timeout: 90
                wrap: false
              - name: shell
                command: grep x sub/out > hits
                inputs: sub/out
                outputs: [hits]
            """);

        var sort = flow.Jobs[0];
        Assert.Equal(["sort", "-n", "a b"], sort.Command);
        Assert.Equal((directory["sub"], TimeSpan.FromSeconds(90), false), (sort.Directory, sort.Timeout, sort.Wrap));
        Assert.Equal([directory["in"]], sort.Inputs);
        Assert.Equal([directory["sub/out"]], sort.Outputs);
        Assert.Equal([("LC_ALL", "C"), ("N", "2")], sort.Environment.Select(e => (e.Key, e.Value)));
        Assert.Equal(["sh", "-c", "grep x sub/out > hits"], flow.Jobs[1].Command);
        Assert.Null(flow.Jobs[1].Host);
        Assert.Equal([sort], flow.NeedsOf(flow.Jobs[1]));
        Assert.Equal([directory["in"]], flow.Sources());
    }

    [Fact]
    public void A_launcher_that_hands_its_words_to_a_shell_gets_the_command_as_one_quoted_word()
    {
        string[] command = ["echo", "it's", "$HOME"];
        Assert.Equal(["ssh", "lx1", "echo 'it'\\''s' '$HOME'"], FlowHost.Of("lx1", "ssh").Start(command));
        Assert.Equal(["bsub", "-I", "-m", "lx1", "echo 'it'\\''s' '$HOME'"], FlowHost.Of("lx1", "bsub").Start(command));
        Assert.Equal(["srun", "-w", "lx1", "echo", "it's", "$HOME"], FlowHost.Of("lx1", "srun").Start(command));
        Assert.Equal(command, FlowHost.Of("lx1", "local").Start(command));
        Assert.Equal(["on", "lx1:22", "echo", "it's", "$HOME"], FlowHost.Of("lx1", ["on", "{host}:22"], shell: false).Start(command));
    }

    [Theory]
    [InlineData("jobs:\n  - {name: a, command: x, input: y}\n", "flow.yaml:2:27: unknown key \"input\"")]
    [InlineData("jobs:\n  - {name: a b, command: x}\n", "flow.yaml:2:12: name: \"a b\" is no name for a job")]
    [InlineData("jobs:\n  - {name: a, command: x, host: lx9}\n", "flow.yaml:2:33: host: there is no host \"lx9\"")]
    [InlineData("jobs:\n  - {name: a}\n", "the key \"command\" is missing")]
    [InlineData("hosts:\n  - {name: h, launcher: rsh}\njobs:\n  - {name: a, command: x}\n", "flow.yaml:2:25: launcher: \"rsh\" is none of ssh, bsub, srun, local")]
    [InlineData("jobs:\n  - {name: a, command: []}\n", "flow.yaml:2:24: command: the list is empty")]
    [InlineData("jobs:\n  - {name: a, command: x, environment: [A]}\n", "flow.yaml:2:40: environment: expected names with values")]
    [InlineData("", "the file is empty")]
    public void What_is_written_wrongly_is_refused_with_its_place(string yaml, string problem) =>
        Assert.Contains(problem, Assert.Throws<NfsToolsException>(() => Load(yaml)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("jobs:\n- {name: a, command: x, inputs: c, outputs: b}\n- {name: b, command: x, inputs: b, outputs: c}\n", "jobs need each other in a circle: a needs b needs a")]
    [InlineData("jobs:\n- {name: a, command: x, outputs: b}\n- {name: b, command: x, outputs: b}\n", "flow.yaml:3:34: outputs: the job \"a\" writes ")]
    [InlineData("jobs:\n- {name: a, command: x, inputs: nowhere}\n", "flow.yaml:2:33: inputs: ")]
    [InlineData("jobs:\n- {name: a, command: x}\n- {name: a, command: x}\n", "flow.yaml:3:10: name: there is a job \"a\" already")]
    [InlineData("jobs:\n- {name: a, command: x, inputs: f, outputs: f}\n", "f is not there, and no job makes it")]
    [InlineData("jobs:\n- {name: a, command: x, inputs: /dev/null}\n", "/dev/null is a device, of which nothing stays to compare")]
    public void What_is_meant_wrongly_is_told_with_its_place(string yaml, string problem)
    {
        var flow = Load(yaml);
        Assert.Contains(problem, Assert.Single(flow.Check(TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains(problem, Assert.Throws<NfsToolsException>(() => new FlowRunner(flow, new FlowOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_of_a_hundred_thousand_jobs_is_put_in_order()
    {
        const int Jobs = 100_000;
        var flow = Load("jobs:\n" + string.Concat(Enumerable.Range(0, Jobs).Select(i => $"- {{name: j{i}, command: x, inputs: f{i + 1}, outputs: f{i}}}\n")));
        Assert.Equal(Enumerable.Range(0, Jobs).Select(i => $"j{Jobs - 1 - i}"), flow.Order.Select(j => j.Name));
    }

    public void Dispose() => directory.Dispose();

    private JobFlow Load(string yaml)
    {
        File.WriteAllText(directory["flow.yaml"], yaml);
        return JobFlow.Load(directory["flow.yaml"]);
    }
}
