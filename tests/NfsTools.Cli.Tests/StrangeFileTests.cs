using System.Text;
using NfsTools.TestKit;

namespace NfsTools.Cli.Tests;

/// <summary>A file that is no accounting log is refused with what it seems to be; a log that begins with damage is not.</summary>
public sealed class StrangeFileTests : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly LsfLogGenerator generator = new(12, new LsfGeneratorOptions());

    public static TheoryData<string, string> Kinds => new()
    {
        { "root:x:0:0:root:/root:/bin/bash\nbin:x:1:1::/:/sbin/nologin\n", "text that is no accounting log: none of its 2 lines begins like a record of lsf" },
        { "no end of a line", "text that is no accounting log" },
        { "an \"odd quote\n", "text that is no accounting log" },
        { "{\"nodes\": []}", "JSON" },
        { "<!DOCTYPE html>\n<html></html>\n", "an HTML page" },
        { "SQLite format 3\0\u0010\0", "an SQLite database" },
        { "\u007fELF\u0002\u0001\n\n", "a program (ELF)" },
        { "\u0004\u0022\u004d\u0018abc\n", "a file compressed with lz4" },
        { "PK\u0003\u0004\n", "a zip archive" },
        { "a\u0001\u0002\0\n\n", "a binary file" },
        { "Name = \"slot1@n1\"\nMyType = \"Machine\"\n", "settings, or a ClassAd of HTCondor that is no job's" },
        { "\"JOB_NEW\" \"10.1\" 1700000000 1\n", "another log of LSF" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_single_run_is_an_error_and_stores_nothing(string content, string what)
    {
        File.WriteAllBytes(directory["log"], Encoding.Latin1.GetBytes(content));

        var outcome = NfstoolsProcess.Run("collect", directory["log"], "--store", directory["a.db"], "--once", "--quiet");
        var parsed = NfstoolsProcess.Run("parse", directory["log"]);

        Assert.Equal(3, outcome.Code);
        Assert.StartsWith($"nfstools: {directory["log"]}: it cannot be read: it seems to be {what}", outcome.Errors, StringComparison.Ordinal);
        Assert.Empty(NfstoolsProcess.Json("status", "--store", directory["a.db"], "--json").GetProperty("generations").EnumerateArray());
        Assert.Equal((3, ""), (parsed.Code, parsed.Output));
        Assert.StartsWith($"nfstools: {directory["log"]}: it seems to be {what}", parsed.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JobID|User|State|Submit|Start|End\n", "slurm")]
    [InlineData("11/14/2023 22:13:20;E;12.server;user=u1 group=g\n", "pbs")]
    [InlineData("all.q:h1:g1:u1:sleep:17:sge:0:1700000000:1700000001:1700000002:0:0:1:0.01:0.01:1000.0:0:0:0:0:1:0:0:0:0:0:1:1:NONE:p1:NONE:1:0:0.02:0.01:0.0:NONE:0.0:NONE:1000.0:0:NONE\n", "gridengine")]
    [InlineData("*** Offset = 0 ClusterId = 1 ProcId = 0 Owner = \"u\" CompletionDate = 1700000000\n", "htcondor")]
    public void A_log_of_another_format_than_was_named_is_refused_with_its_own(string content, string format)
    {
        File.WriteAllText(directory["log"], content);

        var outcome = NfstoolsProcess.Run("collect", directory["log"], "--format", "lsf", "--store", directory["a.db"], "--once", "--quiet");
        var parsed = NfstoolsProcess.Run("parse", directory["log"], "--format", "lsf");

        Assert.Equal((3, 3), (outcome.Code, parsed.Code));
        Assert.Contains($"it seems to be a log of the format {format}: none of its 1 lines begins like a record of lsf", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains($"it seems to be a log of the format {format}", parsed.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("collect", 2)]
    [InlineData("parse", 2)]
    public void A_log_with_local_times_wants_their_zone(string verb, int code)
    {
        File.WriteAllText(directory["log"], "JobID|User|State|Submit|Start|End\n1|u1|COMPLETED|2024-01-01T00:00:00|2024-01-01T00:00:00|2024-01-01T00:00:01\n");
        string[] store = verb == "collect" ? ["--store", directory["a.db"], "--once"] : [];

        var outcome = NfstoolsProcess.Run([verb, directory["log"], .. store]);

        Assert.Equal(code, outcome.Code);
        Assert.Contains("--log-timezone", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(0, NfstoolsProcess.Run([verb, directory["log"], "--log-timezone", "Europe/Zurich", .. store]).Code);
    }

    [Fact]
    public void What_a_compressed_file_holds_is_judged_and_another_log_beside_it_is_read()
    {
        File.WriteAllBytes(directory["strange.gz"], PackedLog.Gzip("a text\n"u8.ToArray()));
        File.WriteAllBytes(directory["lsb.acct"], generator.Next().Bytes);

        var outcome = NfstoolsProcess.Run("collect", directory["strange.gz"], directory["lsb.acct"], "--store", directory["a.db"], "--once");

        Assert.Equal(3, outcome.Code);
        Assert.Contains("strange.gz: it cannot be read: it seems to be text", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains($"committed path={directory["lsb.acct"]}", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n# a comment\n")]
    [InlineData("\0\0\0\0")]
    [InlineData("JOB_FINISH damaged\n")]
    [InlineData("\"JOB_FIN")]
    [InlineData("\"JOB_FINISH\" \"10.1\" 17000")]
    public void A_log_that_may_begin_yet_is_waited_for(string content)
    {
        File.WriteAllText(directory["log"], content);

        Assert.Equal((0, ""), (NfstoolsProcess.Run("collect", directory["log"], "--store", directory["a.db"], "--once", "--quiet") is var o ? (o.Code, o.Errors) : default));
    }

    public void Dispose() => directory.Dispose();
}
