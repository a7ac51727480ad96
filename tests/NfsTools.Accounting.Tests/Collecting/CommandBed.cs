using System.Globalization;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>A command that shows the jobs of a file that ended within a time.</summary>
internal sealed class CommandBed : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly SortedDictionary<int, string> jobs = [];

    public CommandBed(StoreKind kind)
    {
        Collector = new CollectorBed(kind);
        File.WriteAllText(directory["show"], $$"""
            #!/bin/sh
            answer='{{directory["answer"]}}'
            { echo 'JobID|User|Submit|Start|State|End'; awk -F'|' -v a="$1" -v b="$2" '$1 >= a && $1 <= b { print substr($0, length($1) + 2) }' '{{directory["jobs"]}}'; } > "$answer"
            if [ -e '{{directory["script"]}}' ]; then . '{{directory["script"]}}'; else cat "$answer"; fi
            cat "$answer" >> '{{directory["answers"]}}'
            """);
        File.SetUnixFileMode(directory["show"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(directory["jobs"], "");
    }

    public CollectorBed Collector { get; }

    public string Format { get; init; } = "slurm";

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What the command does in place of showing the answer.</summary>
    public string? Script
    {
        set
        {
            if (value is null)
            {
                File.Delete(directory["script"]);
            }
            else
            {
                File.WriteAllText(directory["script"], value + "\n");
            }
        }
    }

    public void End(int id, DateTimeOffset end, string state)
    {
        string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        jobs[id] = $"{end.ToUnixTimeSeconds()}|{id}|ana|{Time(end.AddHours(-40))}|{Time(end.AddHours(-39))}|{state}|{Time(end)}";
        File.WriteAllLines(directory["jobs"], jobs.Values);
    }

    public CollectorSummary Collect(DateTimeOffset now) => Of(once: true, now, null).Run(TestContext.Current.CancellationToken);

    public Collector Following(IProgress<CollectorEvent> progress) => Of(once: false, CommandTests.Begin.AddMinutes(1), progress);

    public byte[] Answers() => File.ReadAllBytes(directory["answers"]);

    public string[] States(params string[] ids) => [.. Collector.Store.Query(JobFilter.All).Where(j => ids.Contains($"{j.JobId}")).OrderBy(j => j.JobId).Select(j => j.State)];

    public void AssertHolds(int count)
    {
        Assert.Equal(jobs.Keys, Collector.Store.Query(JobFilter.All).Select(j => (int)j.JobId).Order());
        Assert.Equal(count, jobs.Count);
        Assert.Empty(Collector.Store.Verify().Differences);
    }

    public void Dispose()
    {
        Collector.Dispose();
        if (File.Exists(directory["answer.left"]))
        {
            System.Diagnostics.Process.GetProcessById(int.Parse(File.ReadAllText(directory["answer.left"]), CultureInfo.InvariantCulture)).Kill();
        }

        directory.Dispose();
    }

    private Collector Of(bool once, DateTimeOffset now, IProgress<CollectorEvent>? progress)
    {
        var command = SourceCommand.Of([directory["show"], "{since:unix}", "{until:unix}"]) with { Timeout = Timeout, Since = CommandTests.Begin.AddDays(-30) };
        var source = new CollectorSource(command, "c1", Format, Format == "slurm" ? "UTC" : null);
        return new Collector(Collector.Store, new CollectorOptions { Sources = [source], Once = once, PollInterval = TimeSpan.FromHours(1) }, progress, new Clock(now));
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
