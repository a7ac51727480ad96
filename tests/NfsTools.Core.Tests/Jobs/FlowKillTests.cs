using System.Diagnostics;
using NfsTools.Jobs.Flows;

namespace NfsTools.Core.Tests.Jobs;

/// <summary>NFSTOOLS_FLOW_KILLS says how often the flow is killed, NFSTOOLS_FLOW_JOBS how many jobs it has; 50 and 1000 are the full counts.</summary>
[Trait("Suite", "Long")]
public sealed class FlowKillTests
{
    private const int Most = 400;

    [Fact]
    public void However_often_it_is_killed_a_flow_ends_and_no_job_whose_outputs_were_recorded_is_run_again()
    {
        var random = new Random(Suite.Seed(61));
        var (kills, jobs) = (Suite.Count("NFSTOOLS_FLOW_KILLS", 5), Suite.Count("NFSTOOLS_FLOW_JOBS", 60));
        using var directory = new TestDirectory();
        File.WriteAllText(directory["flow.yaml"], "jobs:\n" + string.Concat(Enumerable.Range(0, jobs).Select(i => JobOf(i, random))));
        for (var killed = 0; killed < kills;)
        {
            var recorded = Recorded(directory).ToDictionary(j => j, j => Runs(directory, j), StringComparer.Ordinal);
            using (var run = Start(directory))
            {
                if (run.WaitForExit(random.Next(1, Most + (jobs * 20 / Math.Max(1, kills)))))
                {
                    // It got to its end before: begin anew, with what its jobs noted.
                    Assert.Equal(0, run.ExitCode);
                    Array.ForEach(Directory.GetFiles(directory[""], "out*"), File.Delete);
                    Directory.Delete(directory["flow.yaml.state"], recursive: true);
                    continue;
                }

                run.Kill();
                run.WaitForExit();
                killed++;
            }

            Assert.All(recorded, r => Assert.Equal(r.Value, Runs(directory, r.Key)));
        }

        using (var last = Start(directory))
        {
            last.WaitForExit();
            Assert.Equal(0, last.ExitCode);
        }

        Assert.All(new FlowRunner(JobFlow.Load(directory["flow.yaml"]), new FlowOptions()).Plan(TestContext.Current.CancellationToken), r => Assert.Equal(FlowJobStatus.UpToDate, r.Status));
        Assert.Equal(jobs, Enumerable.Range(0, jobs).Count(i => File.ReadAllText(directory[$"out{i}"]) == $"{i}\n"));
    }

    // Each job needs up to two earlier ones.
    private static string JobOf(int i, Random random)
    {
        var needs = Enumerable.Range(0, Math.Min(i, 2)).Select(_ => $"out{random.Next(i)}").Distinct();
        return $"- {{name: j{i}, command: \"echo >>ran{i}; echo {i} >out{i}\", {(i > 0 ? $"inputs: [{string.Join(", ", needs)}], " : "")}outputs: out{i}}}\n";
    }

    // Jobs whose last attempt has recorded its outputs, which are still as recorded.
    private static IEnumerable<string> Recorded(TestDirectory directory) => Directory.Exists(directory["flow.yaml.state"])
        ? Directory.GetFiles(directory["flow.yaml.state"], "*.outputs.json").Select(f => Path.GetFileName(f).Split('@')[0][1..]).Distinct().Where(job => File.Exists(directory[$"out{job}"]))
        : [];

    private static int Runs(TestDirectory directory, string job) => File.ReadAllLines(directory[$"ran{job}"]).Length;

    private static Process Start(TestDirectory directory)
    {
        var run = Process.Start(new ProcessStartInfo(NfstoolsProgram.Words[0], [.. NfstoolsProgram.Words.Skip(1), "flow", "run", directory["flow.yaml"], "--jobs", "4", "--retries", "0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        run.BeginOutputReadLine();
        run.BeginErrorReadLine();
        return run;
    }
}
