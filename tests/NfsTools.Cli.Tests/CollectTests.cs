using System.Text.Json;
using System.Text.RegularExpressions;
using NfsTools.TestKit;

namespace NfsTools.Cli.Tests;

/// <summary><c>nfstools collect</c>: what it tells, and how it ends.</summary>
public sealed class CollectTests(SampleLog sample) : IDisposable
{
    private const string Stamp = @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ";
    private readonly TestDirectory directory = new();

    [Fact]
    public void Away_from_a_terminal_it_logs_a_line_for_each_event()
    {
        var outcome = Collect("--once");

        Assert.Equal((0, ""), (outcome.Code, outcome.Errors));
        var size = new FileInfo(sample.LogPath).Length;
        Assert.Collection(
            outcome.Lines,
            line => Assert.Matches($"{Stamp}found path={sample.LogPath} bytes={size} format=\"lsf, by its content\"$", line),
            line => Assert.Matches($"{Stamp}rejected path={sample.LogPath} message=\".*kept as a reject\"$", line),
            line => Assert.Matches($"{Stamp}committed path={sample.LogPath} bytes={size} records=600 duplicates=0 rejects=1$", line),
            line => Assert.Matches($@"{Stamp}summary bytes={size} records=600 duplicates=0 rejects=1 elapsedSeconds=[\d.]+ store={directory["a.db"]} jobs=600 done=\d+ exited=\d+ cpuHours=[\d.]+ firstDay=2023-11-14 lastDay=2023-11-14$", line));
    }

    [Fact]
    public void A_log_in_json_has_time_level_event_and_the_fields_of_the_text_log()
    {
        var lines = Collect("--once", "--log", "json").Lines.Select(l => JsonDocument.Parse(l).RootElement).ToList();

        Assert.All(lines, l => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", l.GetProperty("time").GetString()));
        Assert.Equal(["info found", "warning rejected", "info committed", "info summary"], lines.Select(l => $"{l.GetProperty("level").GetString()} {l.GetProperty("event").GetString()}"));
        Assert.Equal(["time", "level", "event", "path", "bytes", "records", "duplicates", "rejects"], lines[2].EnumerateObject().Select(p => p.Name));
        Assert.Equal(600, lines[3].GetProperty("jobs").GetInt64());
    }

    [Fact]
    public void A_log_is_limited_to_a_level_by_the_configuration_and_the_command_line_counts_more()
    {
        File.WriteAllText(directory["collector.yaml"], $"store: a.db\nonce: true\nlog: json\nlogLevel: warning\nsources: [{{path: '{sample.LogPath}'}}]\n");

        var warnings = NfstoolsProcess.Run("collect", "--config", directory["collector.yaml"]);
        var errors = NfstoolsProcess.Run("collect", "--config", directory["collector.yaml"], "--log-level", "error", "--log", "text");

        Assert.Equal("rejected", JsonDocument.Parse(Assert.Single(warnings.Lines)).RootElement.GetProperty("event").GetString());
        Assert.Equal((0, ""), (errors.Code, errors.Output));
    }

    [Fact]
    public void Json_once_is_one_object_and_a_second_run_adds_nothing()
    {
        var first = JsonDocument.Parse(Collect("--once", "--json").Output).RootElement;
        var second = JsonDocument.Parse(Collect("--once", "--json", "--quiet").Output).RootElement;

        Assert.Equal(["bytes", "records", "duplicates", "rejects", "elapsedSeconds"], first.EnumerateObject().Select(p => p.Name));
        Assert.Equal((600, 1), (first.GetProperty("records").GetInt64(), first.GetProperty("rejects").GetInt64()));
        Assert.Equal((0, 0), (second.GetProperty("records").GetInt64(), second.GetProperty("bytes").GetInt64()));
    }

    [Fact]
    public void A_single_run_whose_log_is_gone_is_an_error_and_the_other_logs_are_read_all_the_same()
    {
        Directory.CreateDirectory(directory["away"]);
        File.Copy(sample.LogPath, directory["away/lsb.acct"]);
        File.Copy(sample.LogPath, directory["lsb.acct"]);
        string[] collect = ["collect", directory["away/lsb.acct"], directory["lsb.acct"], "--store", directory["a.db"], "--once", "--quiet"];
        Assert.Equal(0, NfstoolsProcess.Run(collect).Code);
        Directory.Delete(directory["away"], recursive: true);
        File.AppendAllText(directory["lsb.acct"], "# a comment\n");

        var outcome = NfstoolsProcess.Run(collect);

        Assert.Equal(3, outcome.Code);
        Assert.Contains($"{directory["away/lsb.acct"]}: it cannot be read: there is no such file, and no archive of it", outcome.Errors, StringComparison.Ordinal);
        var generation = Assert.Single(NfstoolsProcess.Json("status", "--store", directory["a.db"], "--json").GetProperty("generations").EnumerateArray());
        Assert.Equal(new FileInfo(directory["lsb.acct"]).Length, generation.GetProperty("position").GetInt64());
    }

    [Fact]
    public void Quiet_tells_nothing() => Assert.Equal(new NfstoolsProcess.Outcome(0, "", ""), Collect("--once", "--quiet"));

    [Fact]
    public void A_configuration_names_store_and_sources_relative_to_itself_and_options_add_to_it()
    {
        File.Copy(sample.LogPath, directory["lsb.acct"]);
        File.WriteAllText(directory["collector.yaml"], "store: configured.db\nsources:\n- path: lsb.acct\n  cluster: fromfile\n");

        var outcome = NfstoolsProcess.Run("collect", "--config", directory["collector.yaml"], "--once", "--quiet");

        Assert.Equal((0, ""), (outcome.Code, outcome.Errors));
        var clusters = NfstoolsProcess.Json("report", "--store", directory["configured.db"], "--by", "cluster", "--json");
        Assert.Equal("fromfile", Assert.Single(clusters.EnumerateArray()).GetProperty("cluster").GetString());
    }

    [Theory]
    [InlineData("TERM", false)]
    [InlineData("INT", true)]
    public void A_signal_ends_the_following_with_0_and_what_was_written_is_committed(string signal, bool json)
    {
        var generator = new LsfLogGenerator(11, new LsfGeneratorOptions());
        File.WriteAllBytes(directory["live"], generator.Next().Bytes);
        using var collect = NfstoolsProcess.Start(["collect", directory["live"], "--store", directory["a.db"], .. json ? ["--json"] : Array.Empty<string>()]);
        collect.ReadUntil("committed");
        var late = generator.Next();
        File.AppendAllBytes(directory["live"], late.Bytes);
        var told = collect.ReadUntil("committed");
        collect.Signal(signal);

        var outcome = collect.End();

        Assert.Equal((0, ""), (outcome.Code, outcome.Errors));
        Assert.Matches(json ? "\"records\":1," : "records=1 ", told);
        Assert.Matches(json ? "\"event\":\"summary\".*\"records\":2," : "summary .* records=2 ", outcome.Lines[^1]);
        Assert.All(json ? outcome.Lines : [], line => JsonDocument.Parse(line));
        var jobs = NfstoolsProcess.Json("query", "--store", directory["a.db"], "--json").EnumerateArray().Select(j => j.GetProperty("jobId").GetInt64());
        Assert.Contains(late.JobId, jobs);
        Assert.Equal(0, NfstoolsProcess.Run("verify", "--store", directory["a.db"]).Code);
    }

    [Fact]
    public void Without_a_reader_a_single_run_is_finished_all_the_same()
    {
        using var collect = NfstoolsProcess.Start("collect", sample.LogPath, "--store", directory["a.db"], "--once");
        collect.Output.Close();

        var outcome = collect.End("");

        Assert.Equal((0, ""), (outcome.Code, outcome.Errors));
        Assert.Equal(600, NfstoolsProcess.Json("report", "--store", directory["a.db"], "--json").GetProperty("jobs").GetInt64());
    }

    [Fact]
    public void A_name_with_control_characters_is_escaped_in_the_log()
    {
        var path = directory["a b\e[2J\"\n.acct"];
        File.Copy(sample.LogPath, path);

        var outcome = NfstoolsProcess.Run("collect", path, "--store", directory["a.db"], "--once");

        Assert.Matches("found path=\"" + Regex.Escape(directory["a b"]) + @"\\u001b\[2J\\""\\n\.acct"" bytes=\d+ format=", outcome.Output);
        Assert.DoesNotContain('\e', outcome.Output);
        var json = NfstoolsProcess.Run("collect", path, "--store", directory["b.db"], "--once", "--log", "json");
        Assert.DoesNotContain('\e', json.Output);
        Assert.Equal(path, JsonDocument.Parse(json.Lines[0]).RootElement.GetProperty("path").GetString());
    }

    [Fact]
    public void A_store_on_a_network_file_system_is_refused_behind_a_symbolic_link_too()
    {
        Assert.SkipUnless(File.ReadLines("/proc/filesystems").Contains("nodev\tautofs"), "autofs, which is not this kernel's own, is not known here");
        var (_, output) = PrivateMounts.Run(
            Path.GetDirectoryName(directory["x"])!,
            """
            mkdir m; mkfifo pipe; exec 3<>pipe; mount -t autofs -o fd=3,pgrp=$(cut -d' ' -f5 /proc/$$/stat),minproto=5,maxproto=5,indirect none m
            ln -s m/a.db a.db; : >log
            $NFSTOOLS collect log --store a.db --once
            """);

        Assert.StartsWith($"nfstools: {directory["a.db"]}: this is on a network file system (autofs, mounted on {directory["m"]})", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.db", "a.db.lock: it holds something else than a lock.")]
    [InlineData("nowhere/a.db", "nowhere/a.db: the store cannot be created: ")]
    public void A_store_whose_lock_cannot_be_used_is_not_made(string store, string expected)
    {
        File.WriteAllText(directory["a.db.lock"], "something else");

        var outcome = NfstoolsProcess.Run("collect", sample.LogPath, "--store", directory[store], "--once");

        Assert.Equal(3, outcome.Code);
        Assert.StartsWith($"nfstools: {directory[expected]}", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(["a.db.lock"], Directory.EnumerateFileSystemEntries(directory["."]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_command_that_is_not_there_is_an_error_and_nothing_is_stored()
    {
        File.WriteAllText(directory["c.yaml"], "store: a.db\nsources:\n  - command: [no-such-program, '{since}', '{until}']\n    format: lsf\n");
        var outcome = NfstoolsProcess.Run("collect", "--config", directory["c.yaml"], "--once");

        Assert.Equal(3, outcome.Code);
        Assert.StartsWith("nfstools: command:no-such-program '{since}' '{until}': no answer: there is no such command, or it may not be executed.\n", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--role", "failover")]
    [InlineData("--role", "single", "--store", "Host=db")]
    [InlineData("--lease", "20")]
    [InlineData("--password-file", "/etc/hostname")]
    [InlineData("--allow-network-store", "--store", "Host=db")]
    public void An_option_that_does_nothing_with_the_store_is_refused(string option, params string[] others)
    {
        string[] store = others.Contains("--store") ? [] : ["--store", directory["a.db"]];
        var outcome = NfstoolsProcess.Run(["collect", sample.LogPath, .. store, option, .. others]);

        Assert.Equal((2, ""), (outcome.Code, outcome.Output));
        Assert.StartsWith($"nfstools: {option} does not go with the store {(store.Length > 0 ? directory["a.db"] : "db")}.\n", outcome.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(directory["."]));
    }

    [Theory]
    [InlineData("store: Host=db\nrole: failover", "role", "a.db")]
    [InlineData("store: Host=db\nleaseSeconds: 15", "leaseSeconds", "a.db")]
    [InlineData("store: Host=db\npasswordFile: p", "passwordFile", "a.db")]
    [InlineData("store: b.db\nallowNetworkStore: true", "allowNetworkStore", "Host=db")]
    public void A_setting_of_the_configuration_that_does_nothing_with_the_store_named_beside_it_is_refused_by_its_name(string yaml, string setting, string store)
    {
        File.WriteAllText(directory["c.yaml"], $"{yaml}\nsources: [{{path: x}}]\n");
        var (named, shown) = store == "a.db" ? (directory[store], directory[store]) : (store, "db");

        var outcome = NfstoolsProcess.Run("collect", "--config", directory["c.yaml"], "--store", named);

        Assert.Equal(2, outcome.Code);
        Assert.StartsWith($"nfstools: {setting} in {directory["c.yaml"]} does not go with the store {shown}.\n", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("query")]
    [InlineData("report")]
    [InlineData("verify")]
    public void Whatever_reads_a_database_takes_its_password_from_a_file_and_for_an_SQLite_file_refuses_one(string verb)
    {
        var without = NfstoolsProcess.Run(verb, "--store", "Host=db", "--password-file", directory["none"]);
        var sqlite = NfstoolsProcess.Run(verb, "--store", directory["a.db"], "--password-file", directory["none"]);

        Assert.Equal(3, without.Code);
        Assert.StartsWith($"nfstools: {directory["none"]}: the password cannot be read", without.Errors, StringComparison.Ordinal);
        Assert.Equal(2, sqlite.Code);
        Assert.StartsWith($"nfstools: --password-file does not go with the store {directory["a.db"]}.\n", sqlite.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/zero", "device")]
    [InlineData("fifo", "FIFO")]
    public void A_password_is_read_from_a_regular_file_alone(string name, string kind)
    {
        var file = directory[name];
        if (name == "fifo")
        {
            using var made = System.Diagnostics.Process.Start("mkfifo", [file]);
            made.WaitForExit();
        }

        var outcome = NfstoolsProcess.Run("query", "--store", "Host=db", "--password-file", name == "fifo" ? file : name);

        Assert.Equal(3, outcome.Code);
        Assert.Contains($"it is a {kind}, no regular file", outcome.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => directory.Dispose();

    private NfstoolsProcess.Outcome Collect(params string[] arguments) => NfstoolsProcess.Run(["collect", sample.LogPath, "--store", directory["a.db"], .. arguments]);
}
