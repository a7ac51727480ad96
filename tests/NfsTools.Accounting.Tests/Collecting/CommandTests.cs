using System.Globalization;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>What a command answers is in the store: each job once, by its last answer, and nothing of an answer that was none.</summary>
public abstract class CommandTests(StoreKind kind)
{
    private const string Slow = "sleep 600";
    internal static readonly DateTimeOffset Begin = new(2024, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_job_is_in_the_store_once_however_often_it_is_answered()
    {
        using var bed = new CommandBed(kind);
        for (var i = 0; i < 8; i++)
        {
            bed.End(i, Begin.AddMinutes(i), "COMPLETED");
            bed.Collect(Begin.AddMinutes(i + 1));
        }

        bed.AssertHolds(8);
        Assert.Equal(bed.Answers(), bed.Collector.Kept(new LogExport()));
        Assert.All(bed.Collector.Store.Generations(), g => Assert.True(g.IsCommand));
    }

    [Fact]
    public void A_later_answer_about_a_job_takes_the_place_of_the_one_before_in_rows_and_roll_up()
    {
        using var bed = new CommandBed(kind);
        bed.End(1, Begin, "COMPLETED");
        bed.End(2, Begin, "COMPLETED");
        bed.End(3, Begin.AddDays(-3), "COMPLETED");
        bed.Collect(Begin.AddMinutes(1));

        bed.End(2, Begin, "FAILED");
        var summary = bed.Collect(Begin.AddMinutes(2));

        Assert.Equal((0, 0), (summary.Records, summary.Rejects));
        bed.AssertHolds(3);
        Assert.Equal(["DONE", "FAILED"], bed.States("1", "2"));
        Assert.Equal(1, bed.Collector.Store.Report(JobFilter.All, []).Single().Exited);

        // And back again.
        bed.End(2, Begin, "COMPLETED");
        bed.Collect(Begin.AddMinutes(3));
        bed.AssertHolds(3);
        Assert.Equal(["DONE", "DONE"], bed.States("1", "2"));
    }

    [Fact]
    public void The_last_answer_counts_in_a_rebuilt_store_too()
    {
        using var bed = new CommandBed(kind);
        bed.End(1, Begin, "COMPLETED");
        bed.Collect(Begin.AddMinutes(1));
        bed.End(1, Begin, "TIMEOUT");
        bed.Collect(Begin.AddMinutes(2));
        var before = bed.Answers();

        StoreRebuild.Run(StoreAddress.Parse(bed.Collector.Database), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(["TIMEOUT"], bed.States("1"));
        bed.AssertHolds(1);
        bed.Collect(Begin.AddMinutes(3));
        bed.AssertHolds(1);
        Assert.Equal(before.Length, bed.Collector.Kept(new LogExport())[..before.Length].Length);
    }

    [Fact]
    public void An_earlier_answer_that_stands_in_the_place_of_the_last_one_is_told()
    {
        using var bed = new CommandBed(kind);
        bed.End(1, Begin, "COMPLETED");
        bed.Collect(Begin.AddMinutes(1));
        bed.End(1, Begin, "TIMEOUT");
        bed.Collect(Begin.AddMinutes(2));
        var (from, to) = (bed.Collector.Scalar("SELECT \"offset\" FROM job_record"), bed.Collector.Scalar("SELECT \"offset\" FROM duplicate"));

        bed.Collector.Execute("UPDATE job_record SET \"offset\" = @to, length = (SELECT length FROM duplicate)", ("@to", to!));
        bed.Collector.Execute("UPDATE duplicate SET \"offset\" = @from, length = length - 2", ("@from", from!));

        Assert.Contains(bed.Collector.Store.Verify().Differences, d => d.Contains("a duplicate is a copy of no record", StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_never_asked_about_is_told()
    {
        using var bed = new CommandBed(kind);
        for (var i = 0; i < 6; i++)
        {
            bed.Collect(Begin.AddHours(i));
        }

        var (since, until) = (Begin.AddHours(1).ToUnixTimeSeconds(), Begin.AddHours(3).ToUnixTimeSeconds());
        Assert.Empty(bed.Collector.Store.Verify().Differences);
        bed.Collector.Pretend("UPDATE answer SET until = @since WHERE until > @since AND until <= @until; UPDATE answer SET since = @until WHERE since > @since AND since < @until", ("@since", since), ("@until", until));
        Assert.Contains(
            bed.Collector.Store.Verify().Differences,
            d => d.Contains("what ended from 2024-03-01 13:00:01Z to 2024-03-01 14:59:59Z was never asked about", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("echo 'no database' >&2; exit 1", "it ended with 1: no database")]
    [InlineData(Slow, "it did not end within 1 s")]
    [InlineData("kill -9 $$", "signal 9 ended it")]
    [InlineData("printf 'JobID|State|End\\n1|COMPL'", "its output is cut: the last line has no end")]
    [InlineData("sleep 600 & echo $! > \"$answer.left\"", "it has ended, but what it started still holds its output")]
    [InlineData("echo 'sacct: error: nothing'", "what it wrote is no answer in the format slurm")]
    [InlineData("printf '\\033[2J' >&2; exit 3", "it ended with 3: \\u001b[2J")]
    public void What_is_no_answer_is_told_and_nothing_of_it_is_stored(string script, string told)
    {
        using var bed = new CommandBed(kind) { Timeout = TimeSpan.FromSeconds(script == Slow ? 1 : 60) };
        bed.End(1, Begin, "COMPLETED");
        bed.Script = script;

        var failure = Assert.Throws<NfsToolsException>(() => bed.Collect(Begin.AddMinutes(1)));

        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
        Assert.Empty(bed.Collector.Store.Generations());
        if (script != Slow)
        {
            bed.Script = null;
            bed.Collect(Begin.AddMinutes(2));
            bed.AssertHolds(1);
        }
    }

    [Fact]
    public void An_answer_that_is_too_long_is_asked_for_in_parts()
    {
        using var bed = new CommandBed(kind);
        for (var i = 1; i <= 16; i++)
        {
            bed.End(i, Begin.AddHours(-20 * i), "COMPLETED");
        }

        // Too long is what tells of more than one job.
        bed.Script = """if [ "$(wc -l < "$answer")" -gt 2 ]; then yes '1|COMPLETED|2024-01-01T00:00:00' | head -c 70000000; else cat "$answer"; fi""";
        bed.Collect(Begin);
        bed.AssertHolds(16);
    }

    [Fact]
    public void An_answer_of_one_JSON_document_may_lack_a_newline()
    {
        using var bed = new CommandBed(kind) { Format = "slurm-json", Script = """printf '{"jobs": [{"job_id": 7, "time": {"submission": 1709290000, "start": 1709290100, "end": 1709290800, "elapsed": 700}, "state": {"current": "COMPLETED"}, "user": "ana", "nodes": "n1"}], "errors": []}'""" };
        bed.Collect(Begin);
        bed.Collect(Begin.AddMinutes(1));
        var job = Assert.Single(bed.Collector.Store.Query(JobFilter.All));
        Assert.Equal((7, 700, "ana"), (job.JobId, job.RunSeconds, job.User));
        Assert.Empty(bed.Collector.Store.Verify().Differences);
    }

    [Fact]
    public void A_clock_that_was_ahead_for_a_while_keeps_no_job_out()
    {
        using var bed = new CommandBed(kind);
        bed.End(1, Begin, "COMPLETED");
        bed.Collect(Begin.AddYears(3));
        bed.End(2, Begin.AddMinutes(1), "COMPLETED");
        bed.Collect(Begin.AddMinutes(2));
        bed.AssertHolds(2);

        // The store is opened by another collector meanwhile, and the time that the clock was ahead by comes.
        bed.End(3, Begin.AddMinutes(3), "COMPLETED");
        bed.Collect(Begin.AddMinutes(4));
        bed.End(4, Begin.AddYears(2), "COMPLETED");
        bed.Collect(Begin.AddYears(3).AddDays(2));
        bed.AssertHolds(4);
    }

    [Theory]
    [InlineData("COMPLETED", "FAILED", "TIMEOUT")]
    [InlineData("FAILED", "TIMEOUT", "COMPLETED")]
    [InlineData("FAILED", "FAILED")]
    [InlineData("FAILED", "COMPLETED")]
    [InlineData("COMPLETED", "FAILED", "COMPLETED", "FAILED")]
    public void Of_several_rows_about_a_job_in_an_answer_the_last_counts(params string[] states)
    {
        using var bed = new CommandBed(kind);
        bed.End(1, Begin, "COMPLETED");
        bed.Collect(Begin.AddMinutes(1));
        bed.Script = "head -1 $answer; " + string.Join("; ", states.Select(s => $"sed 1d $answer | sed s/COMPLETED/{s}/"));
        bed.Collect(Begin.AddMinutes(2));
        Assert.Equal([states[^1] == "COMPLETED" ? "DONE" : states[^1]], bed.States("1"));
        bed.AssertHolds(1);
        Assert.Equal(0L, bed.Collector.Scalar("SELECT count(*) FROM reject"));
    }

    [Fact]
    public void What_was_answered_in_this_second_is_not_asked_again_in_it()
    {
        using var bed = new CommandBed(kind);
        bed.End(1, Begin, "COMPLETED");
        bed.Collect(Begin.AddMinutes(1));
        bed.Collect(Begin.AddMinutes(1));
        bed.Collect(Begin.AddMinutes(1));
        bed.AssertHolds(1);
    }

    [Theory]
    [InlineData("""{"jobs": [], "errors": [{"description": "database away"}]}""", "database away")]
    [InlineData("""{"errors": ["x"], "jobs": [{"job_id": 7}]}""", "its answer tells of an error: x")]
    public void An_answer_that_tells_of_an_error_is_none(string answer, string told)
    {
        using var bed = new CommandBed(kind) { Format = "slurm-json", Script = $"printf '%s' '{answer}'" };
        Assert.Contains(told, Assert.Throws<NfsToolsException>(() => bed.Collect(Begin)).Message, StringComparison.Ordinal);
        Assert.Empty(bed.Collector.Store.Generations());
    }

    [Fact]
    public void No_words_of_a_time_reach_a_shell()
    {
        var command = SourceCommand.Of(["show", "{since}", "x{until}x", "$(id)", "{since:unix}"]).For(0, 60, "Asia/Kathmandu");
        Assert.Equal(["1970-01-01T05:30:00", "x1970-01-01T05:31:00x", "$(id)", "0"], command.Arguments);
        Assert.Equal("Asia/Kathmandu", command.Environment["TZ"]);
    }

    [Fact]
    public void A_command_is_started_with_what_the_session_set()
    {
        // As $env:NAME = 'value' does in PowerShell: the kernel's environment of this process does not change.
        Environment.SetEnvironmentVariable("NFSTOOLS_SET_IN_SESSION", "here");
        var command = SourceCommand.Of(["show", "{since}", "{until}"]).For(0, 60, null);
        Assert.Equal((false, "here", "UTC"), (command.InheritEnvironment, command.Environment["NFSTOOLS_SET_IN_SESSION"], command.Environment["TZ"]));
    }

    [Theory]
    [InlineData("2026-10-25T00:30:00Z", "2026-10-25T01:20:00Z", "2026-10-25T01:59:59", "2026-10-25T03:00:00")]
    [InlineData("2026-10-25T01:30:00Z", "2026-10-25T02:20:00Z", "2026-10-25T01:59:59", "2026-10-25T03:20:00")]
    [InlineData("2026-10-24T23:59:59Z", "2026-10-25T00:00:00Z", "2026-10-25T01:59:59", "2026-10-25T03:00:00")]
    [InlineData("2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", "2026-03-29T01:59:59", "2026-03-29T03:00:00")]
    public void A_time_in_the_hour_that_comes_twice_is_asked_about_with_all_of_it(string since, string until, string asked, string upTo)
    {
        static long Seconds(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).ToUnixTimeSeconds();
        Assert.Equal([asked, upTo], SourceCommand.Of(["show", "{since}", "{until}"]).For(Seconds(since), Seconds(until), "Europe/Zurich").Arguments);
    }

    [Fact]
    public void After_a_failure_the_lag_begins_anew_for_a_collector_that_was_started_since_too()
    {
        using var bed = new CommandBed(kind);
        bed.Collect(Begin);
        bed.Collect(Begin.AddHours(30));
        bed.Collect(Begin.AddHours(31));
        bed.Script = "exit 1";
        Assert.Throws<NfsToolsException>(() => bed.Collect(Begin.AddHours(31).AddMinutes(5)));
        Assert.Throws<NfsToolsException>(() => bed.Collect(Begin.AddHours(31).AddMinutes(50)));
        bed.Script = null;
        bed.Collect(Begin.AddHours(32));

        // It ended before the failure, and comes into the scheduler's database after the return.
        bed.End(1, Begin.AddHours(31).AddMinutes(-1), "COMPLETED");
        bed.Collect(Begin.AddHours(32).AddMinutes(9));
        bed.AssertHolds(1);
    }

    [Fact]
    public void A_first_time_that_is_yet_to_come_is_waited_for()
    {
        using var bed = new CommandBed(kind);
        bed.Collect(Begin.AddDays(-31));
        Assert.Empty(bed.Collector.Store.Verify().Differences);
        bed.End(1, Begin, "COMPLETED");
        bed.Collect(Begin.AddMinutes(1));
        bed.AssertHolds(1);
    }

    [Fact]
    public async Task One_that_follows_tells_of_a_failure_once_and_asks_again()
    {
        using var bed = new CommandBed(kind) { Script = "exit 1" };
        bed.End(1, Begin, "COMPLETED");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var told = new Told();
        var running = Task.Run(() => bed.Following(told).Run(stop.Token), TestContext.Current.CancellationToken);

        await told.Next(CollectorEventKind.Waiting, "no answer: it ended with 1; asking again");
        bed.Script = null;
        await told.Next(CollectorEventKind.Committed);
        await told.Next(CollectorEventKind.Waiting, "it answers again");
        await stop.CancelAsync();
        await running;

        bed.AssertHolds(1);
        Assert.Single(told.Events, e => e.Message.StartsWith("no answer", StringComparison.Ordinal));
    }
}

/// <inheritdoc/>
public sealed class SqliteCommandTests() : CommandTests(StoreKind.Sqlite);

/// <inheritdoc/>
[Trait("Store", "PostgreSQL")]
public sealed class PostgreSqlCommandTests() : CommandTests(StoreKind.PostgreSql);
