using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>A collector's metrics: the numbers are those of the log, and the file is one that Prometheus takes.</summary>
public sealed class MetricsTests : IDisposable
{
    private readonly LsfLogGenerator generator = new(23, new LsfGeneratorOptions());
    private readonly TestDirectory directory = new();

    [Theory]
    [InlineData(LogRotation.Rename)]
    [InlineData(LogRotation.CopyUnlinkRenumber)]
    [InlineData(LogRotation.CopyTruncate)]
    public void After_rotations_the_numbers_are_those_of_the_log(LogRotation how)
    {
        using var bed = new CollectorBed(StoreKind.Sqlite);
        using var writer = bed.Writer();
        var metrics = new CollectorMetrics();
        metrics.Follow([new CollectorSource(bed.Live)], bed.Database, isActive: true);
        for (var generation = 0; generation < 4; generation++)
        {
            for (var i = 0; i < 5; i++)
            {
                writer.Append(generator.Next());
            }

            if (generation % 2 == 1)
            {
                bed.Collector(progress: metrics).Run(TestContext.Current.CancellationToken);
            }

            writer.Rotate(how);
        }

        File.AppendAllText(bed.Live, "JOB_FINISH damaged\nJOB_FINISH \"not at its end");
        bed.Collector(progress: metrics).Run(TestContext.Current.CancellationToken);

        bed.AssertHolds(writer.Truth);
        var text = new Exposition(metrics.ToString());
        double? Of(string metric) => text[metric, ("store", bed.Database), ("cluster", "default"), ("path", bed.Live)];
        Assert.Equal((20, 0, 1), (Of("records_total"), Of("duplicates_total"), Of("rejects_total")));
        Assert.Equal(writer.Bytes + "JOB_FINISH damaged\n".Length, Of("bytes_total"));
        Assert.Equal("JOB_FINISH \"not at its end".Length, Of("lag_bytes"));
        Assert.InRange(Of("lag_seconds")!.Value, 0, 60);
        Assert.InRange(Of("last_commit_timestamp_seconds")!.Value, text["start_time_seconds", ("store", bed.Database)]!.Value, Of("last_look_timestamp_seconds")!.Value);
        Assert.Equal((1, 1), (text["up", ("store", bed.Database)], text["active", ("store", bed.Database)]));
    }

    [Theory]
    [InlineData("\"JOB_FINISH\" \"10.1\" 1700000000\n")]
    [InlineData("SQLite format 3\0")]
    [InlineData("# HELP other_up Of another program.\n")]
    public void A_file_with_something_else_is_not_replaced(string content)
    {
        File.WriteAllText(directory["lsb.acct"], content);

        var error = Assert.Throws<NfsToolsException>(() => new CollectorMetricsFile(directory["lsb.acct"], new CollectorMetrics(), _ => { }));

        Assert.Contains("has no metrics of a collector", error.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(directory["lsb.acct"]));
    }

    [Fact]
    public void Waiting_bytes_age_until_they_are_committed()
    {
        var clock = new ManualTime();
        var source = new CollectorSource("/a", "c");
        var metrics = new CollectorMetrics(time: clock);
        metrics.Follow([source], "s", isActive: true);
        double? Seconds() => new Exposition(metrics.ToString())["lag_seconds", ("store", "s"), ("cluster", "c"), ("path", "/a")];
        void Tell(CollectorEventKind kind, long bytes) => metrics.Report(new CollectorEvent(kind, "/a", Bytes: bytes) { Source = source });

        Assert.Null(Seconds());
        Tell(CollectorEventKind.Looked, 0);
        clock.Pass(100);
        Assert.Equal(0, Seconds());
        Tell(CollectorEventKind.Looked, 50);
        clock.Pass(10);
        Tell(CollectorEventKind.Looked, 80);
        clock.Pass(5);
        Assert.Equal(15, Seconds());
        Tell(CollectorEventKind.Committed, 60);
        clock.Pass(2);
        Assert.Equal(2, Seconds());
        Tell(CollectorEventKind.Committed, 20);
        Assert.Equal(0, Seconds());
    }

    [Fact]
    public void Active_and_standby_are_as_the_collector_tells_and_its_end_is_neither()
    {
        var metrics = new CollectorMetrics();
        metrics.Follow([new CollectorSource("/a")], "s", isActive: false);
        (double?, double?, bool) State() => new Exposition(metrics.ToString()) is var text
            ? (text["up", ("store", "s")], text["active", ("store", "s")], text["end_time_seconds", ("store", "s")] is not null) : default;

        Assert.Equal((1, 0, false), State());
        metrics.Report(new CollectorEvent(CollectorEventKind.Active, "s"));
        Assert.Equal((1, 1, false), State());
        metrics.Report(new CollectorEvent(CollectorEventKind.Standby, "s"));
        Assert.Equal((1, 0, false), State());
        metrics.Report(new CollectorEvent(CollectorEventKind.Active, "s"));
        metrics.End();
        Assert.Equal((0, 0, true), State());
    }

    [Fact]
    public void Names_stay_names_whatever_they_hold()
    {
        const string hostile = "/a\"} 1\n# TYPE x counter\\n\\\t{é";
        var source = new CollectorSource(hostile, hostile);
        var metrics = new CollectorMetrics();
        metrics.Follow([source], hostile, isActive: true);
        metrics.Report(new CollectorEvent(CollectorEventKind.Committed, hostile, Records: 3) { Source = source });

        Assert.Equal(3, new Exposition(metrics.ToString())["records_total", ("store", hostile), ("cluster", hostile), ("path", hostile)]);
    }

    [Fact]
    public void The_file_is_readable_by_all_and_tells_of_the_work_and_of_the_end()
    {
        var path = directory["nfstools.prom"];
        File.WriteAllBytes(directory["a"], generator.Next().Bytes);
        using var collect = NfstoolsProcess.Start("collect", directory["a"], "--store", directory["a.db"], "--metrics", path);
        collect.ReadUntil("committed");
        var store = ("store", directory["a.db"]);
        var log = new[] { store, ("cluster", "default"), ("path", directory["a"]) };

        Assert.Equal("-rw-r--r--", Mode(path));
        Eventually(() => new Exposition(File.ReadAllText(path)) is var text && text["records_total", log] == 1 && text["lag_bytes", log] == 0 && text["up", store] == 1);
        collect.Signal("TERM");
        Assert.Equal(0, collect.End().Code);
        var end = new Exposition(File.ReadAllText(path));
        Assert.Equal((0, 0, 1), (end["up", store], end["active", store], end["records_total", log]));
        Assert.Equal([path], Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.prom*"));
    }

    [Fact]
    public void The_file_is_written_anew_every_15_seconds_and_within_a_second_after_a_change()
    {
        var clock = new ManualTime();
        var path = directory["nfstools.prom"];
        var metrics = new CollectorMetrics(time: clock);
        metrics.Follow([new CollectorSource("/a")], "s", isActive: false);
        using var file = new CollectorMetricsFile(path, metrics, Assert.Fail, clock);

        File.Delete(path);
        clock.Pass(1);
        Assert.False(File.Exists(path));
        metrics.Report(new CollectorEvent(CollectorEventKind.Active, "s"));
        clock.Pass(1);
        Assert.Equal(1, new Exposition(File.ReadAllText(path))["active", ("store", "s")]);
        File.Delete(path);
        clock.Pass(14);
        Assert.False(File.Exists(path));
        clock.Pass(1);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void A_file_that_cannot_be_written_any_more_is_told_of_once_and_again_when_it_can()
    {
        var clock = new ManualTime();
        var place = Directory.CreateDirectory(directory["m"]).FullName;
        var told = new List<string>();
        var metrics = new CollectorMetrics(time: clock);
        using var file = new CollectorMetricsFile(Path.Combine(place, "x.prom"), metrics, told.Add, clock);

        Directory.Delete(place, recursive: true);
        for (var i = 0; i < 50; i++)
        {
            clock.Pass(1);
        }

        Assert.StartsWith("the metrics cannot be written: ", Assert.Single(told), StringComparison.Ordinal);
        Directory.CreateDirectory(place);
        for (var i = 0; i < 15; i++)
        {
            clock.Pass(1);
        }

        Assert.Equal("the metrics can be written again", told[^1]);
        Assert.Equal(2, told.Count);
    }

    [Fact]
    public void A_file_that_cannot_be_written_at_the_start_is_wrong_usage()
    {
        var outcome = NfstoolsProcess.Run("collect", directory["a"], "--store", directory["a.db"], "--metrics", "/nonexistent/nfstools.prom");

        Assert.Equal((2, ""), (outcome.Code, outcome.Output));
        Assert.StartsWith("nfstools: /nonexistent/nfstools.prom: the metrics cannot be written: ", outcome.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => directory.Dispose();

    private static string Mode(string path) => File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead) ? "-rw-r--r--" : File.GetUnixFileMode(path).ToString();

    private static void Eventually(Func<bool> holds)
    {
        for (var tries = 0; !holds(); tries++)
        {
            Assert.True(tries < 300, "It does not come to hold.");
            Thread.Sleep(100);
        }
    }

    /// <summary>A clock that is set by hand; its timers run on the thread that sets it.</summary>
    private sealed class ManualTime : TimeProvider
    {
        private readonly List<ManualTimer> timers = [];
        private DateTimeOffset now = DateTimeOffset.UnixEpoch.AddDays(20_000);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new ManualTimer(this, callback, state);
            timer.Change(dueTime, period);
            timers.Add(timer);
            return timer;
        }

        public void Pass(int seconds)
        {
            now = now.AddSeconds(seconds);
            foreach (var timer in timers.Where(t => t.Due <= now).ToList())
            {
                timer.Run();
            }
        }

        private sealed class ManualTimer(ManualTime clock, TimerCallback callback, object? state) : ITimer
        {
            public DateTimeOffset Due { get; private set; }

            public void Run()
            {
                Due = DateTimeOffset.MaxValue;
                callback(state);
            }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : clock.now + dueTime;
                return true;
            }

            public void Dispose() => Due = DateTimeOffset.MaxValue;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
