using System.Text.Json;
using NfsTools.TestKit;

namespace NfsTools.Cli.Tests;

/// <summary><c>nfstools watch</c>: what it tells, how it ends, and how it goes on.</summary>
public sealed class WatchTests : IDisposable
{
    private readonly TestDirectory directory = new();

    [Fact]
    public void Json_has_an_object_a_line_with_the_stamps_before_and_after()
    {
        File.WriteAllText(directory["old"], "12345");
        using var watch = Start(directory[""], "--json");
        File.AppendAllText(directory["old"], "678");
        var changed = watch.Next();
        File.Move(directory["old"], directory["new"]);
        var renamed = watch.Next();
        File.Delete(directory["new"]);
        var deleted = watch.Next();

        Assert.Equal(["time", "event", "path", "oldPath", "origin", "detection", "before", "after", "latencyBoundSeconds", "reason"], changed.EnumerateObject().Select(p => p.Name));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$", Text(changed, "time"));
        Assert.Equal(("changed", "local", "inotify", ""), (Text(changed, "event"), Text(changed, "origin"), Text(changed, "detection"), Text(changed, "reason")));
        Assert.Equal(["size", "mtime", "ctime", "inode", "trusted"], changed.GetProperty("after").EnumerateObject().Select(p => p.Name));
        Assert.Equal((5, 8), (Size(changed, "before"), Size(changed, "after")));
        Assert.True(changed.GetProperty("after").GetProperty("trusted").GetBoolean());
        Assert.Equal(("renamed", directory["new"], directory["old"]), (Text(renamed, "event"), Text(renamed, "path"), Text(renamed, "oldPath")));
        Assert.Equal(("deleted", JsonValueKind.Null, JsonValueKind.Null), (Text(deleted, "event"), deleted.GetProperty("after").ValueKind, deleted.GetProperty("oldPath").ValueKind));
    }

    [Fact]
    public void Text_has_time_event_origin_and_path_in_which_nothing_steers_the_terminal()
    {
        using var watch = Start(directory[""]);
        WatchedFile.Make(directory["a \e[2J"]);
        Assert.Matches($@"^\S+\.\d\d\dZ created local ""{directory["a "]}\\u001b\[2J""$", watch.Process.ReadUntil("2J"));
        File.Move(directory["a \e[2J"], directory["b"]);
        Assert.Matches($@"^\S+Z renamed local {directory["b"]} <- ""{directory["a "]}\\u001b\[2J""$", watch.Process.ReadUntil("renamed"));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public void A_signal_ends_it_with_0_and_the_next_start_tells_what_changed_meanwhile(string signal)
    {
        Directory.CreateDirectory(directory["data"]);
        string[] arguments = [directory["data"], "--json", "--state", directory["state"]];
        using (var first = Start(arguments))
        {
            WatchedFile.Make(directory["data/seen"]);
            Assert.Equal(directory["data/seen"], Text(first.Next(), "path"));
            first.Process.Signal(signal);
            Assert.Equal(new NfstoolsProcess.Outcome(0, "", ""), first.Process.End());
        }

        WatchedFile.Make(directory["data/unseen"]);
        using var second = NfstoolsProcess.Start(["watch", .. arguments]);
        var told = JsonDocument.Parse(second.ReadUntil("event")).RootElement;
        second.Signal(signal);

        Assert.Equal(("created", directory["data/unseen"], "unknown"), (Text(told, "event"), Text(told, "path"), Text(told, "origin")));
        Assert.Equal(new NfstoolsProcess.Outcome(0, "", ""), second.End());
    }

    [Fact]
    public void It_ends_when_nobody_reads_any_more()
    {
        using var watch = Start(directory[""]);
        watch.Process.Output.Close();

        Assert.Equal(new NfstoolsProcess.Outcome(0, "", ""), watch.Process.End(""));
    }

    [Fact]
    public void A_state_that_cannot_be_read_ends_it_with_3()
    {
        File.WriteAllText(directory["state"], "nonsense");

        var outcome = NfstoolsProcess.Run("watch", directory[""], "--state", directory["state"]);

        Assert.Equal(3, outcome.Code);
        Assert.Contains("state:1:", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PATH")]
    [InlineData("--poll", ".", "--poll", "0.05")]
    [InlineData("--requests-per-second", ".", "--requests-per-second", "0")]
    [InlineData("--idle-slowdown", ".", "--idle-slowdown", "1.5")]
    [InlineData("--outage-after", ".", "--outage-after", "never")]
    [InlineData("--filter", ".", "--filter", "")]
    [InlineData("last part", "no*where/file")]
    public void A_wrong_value_is_a_usage_error_that_names_it(string named, params string[] arguments)
    {
        var outcome = NfstoolsProcess.Run(["watch", .. arguments]);

        Assert.Equal((2, ""), (outcome.Code, outcome.Output));
        Assert.Contains(named == "PATH" ? "argument" : named, outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Content_tells_the_lines_behind_where_a_store_has_read_to()
    {
        var log = directory["lsb.acct"];
        File.WriteAllBytes(log, new LsfLogGenerator(8, new LsfGeneratorOptions()).Next().Bytes);
        Assert.Equal(0, NfstoolsProcess.Run("collect", log, "--store", directory["a.db"], "--once").Code);
        File.AppendAllText(log, "next \e[2J\n");

        using var json = NfstoolsProcess.Start(["watch", log, "--content", "--resume-from", directory["a.db"], "--json"]);
        var told = JsonDocument.Parse(json.ReadUntil("next")).RootElement;
        Assert.Equal(["livePath", "path", "generation", "variant", "offset", "length", "origin", "line"], told.EnumerateObject().Select(p => p.Name));
        Assert.Equal((log, "next \e[2J", "local", 10), (Text(told, "path"), Text(told, "line"), Text(told, "origin"), told.GetProperty("length").GetInt32()));
        Assert.Equal(new FileInfo(log).Length - 10, told.GetProperty("offset").GetInt64());

        // Another program gets the line as it is.
        using var text = NfstoolsProcess.Start(["watch", log, "--content", "--resume-from", directory["a.db"]]);
        Assert.Equal("next \e[2J", text.ReadUntil("next"));
        text.Signal("TERM");
        Assert.Equal(new NfstoolsProcess.Outcome(0, "", ""), text.End());
    }

    [Theory]
    [InlineData("--content and --recurse exclude each other.", "--content", "--recurse")]
    [InlineData("--content and --state exclude each other.", "--content", "--state", "s")]
    [InlineData("--resume-from needs --content.", "--resume-from", "a.db")]
    public void Options_of_events_and_of_lines_do_not_mix(string problem, params string[] options)
    {
        var outcome = NfstoolsProcess.Run(["watch", directory["x"], .. options]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(problem, outcome.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => directory.Dispose();

    private static string? Text(JsonElement told, string name) => told.GetProperty(name).GetString();

    private static long Size(JsonElement told, string stamp) => told.GetProperty(stamp).GetProperty("size").GetInt64();

    private static WatchedFile Start(params string[] arguments) => new(arguments);

    /// <summary>A watch that is on: files were made until one was told of.</summary>
    private sealed class WatchedFile : IDisposable
    {
        public WatchedFile(string[] arguments)
        {
            Process = NfstoolsProcess.Start(["watch", .. arguments]);
            var probe = Path.Combine(arguments[0], "probe");
            var told = Task.Run(() => Process.ReadUntil("created"));
            while (!told.Wait(100))
            {
                File.Delete(probe);
                Make(probe);
            }

            // Events seen together come in any order: behind the second file's, no earlier one is left.
            foreach (var ready in new[] { "ready-1", "ready-2" })
            {
                Make(Path.Combine(arguments[0], ready));
                Process.ReadUntil(ready);
            }
        }

        public NfstoolsProcess Process { get; }

        /// <summary>Makes an empty file in one step.</summary>
        public static void Make(string path) => new FileStream(path, FileMode.CreateNew).Dispose();

        public JsonElement Next() => JsonDocument.Parse(Process.ReadUntil("event")).RootElement;

        public void Dispose() => Process.Dispose();
    }
}
