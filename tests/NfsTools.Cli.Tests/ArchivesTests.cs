using System.Text.Json;
using NfsTools.TestKit;

namespace NfsTools.Cli.Tests;

/// <summary>Archives by names of one's own, those that nobody reads, and losses that are accepted, on the command line.</summary>
public sealed class ArchivesTests : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly LsfLogGenerator generator = new(3, new LsfGeneratorOptions());

    [Fact]
    public void Unread_archives_are_told_by_collect_and_status_until_a_pattern_names_them()
    {
        File.WriteAllBytes(directory["lsb.acct-20231114"], generator.Next().Bytes);
        File.WriteAllBytes(directory["lsb.acct"], generator.Next().Bytes);
        string[] collect = ["collect", directory["lsb.acct"], "--store", directory["a.db"], "--once"];

        var told = NfstoolsProcess.Run(collect);
        var before = NfstoolsProcess.Run("status", "--store", directory["a.db"]);
        var pattern = NfstoolsProcess.Run([.. collect, "--archives", "lsb.acct-*"]);
        var after = NfstoolsProcess.Json("status", "--store", directory["a.db"], "--json");

        Assert.Contains($" unread path={directory["lsb.acct-20231114"]} message=\"it looks like an archive of this log and is not read: name such files", told.Output, StringComparison.Ordinal);
        Assert.Contains($"\n{directory["lsb.acct-20231114"]}: it looks like an archive", before.Output, StringComparison.Ordinal);
        Assert.Contains($"committed path={directory["lsb.acct-20231114"]}", pattern.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("unread", pattern.Output, StringComparison.Ordinal);
        Assert.Empty(after.GetProperty("unreadArchives").EnumerateArray());
        Assert.Equal([1, 2], after.GetProperty("generations").EnumerateArray().Select(g => g.GetProperty("generationId").GetInt32()));
    }

    [Fact]
    public void A_directory_of_daily_files_is_one_log_on_the_command_line_and_in_a_configuration()
    {
        Directory.CreateDirectory(directory["days"]);
        File.WriteAllBytes(directory["days/20240228"], generator.Next().Bytes);
        File.WriteAllBytes(directory["days/20240229"], generator.Next().Bytes);
        File.WriteAllText(directory["c.yaml"], "store: a.db\nonce: true\nsources: [{path: days, layout: daily}]\n");

        var told = NfstoolsProcess.Run("collect", directory["days"], "--layout", "daily", "--store", directory["a.db"], "--once", "--json");
        File.AppendAllText(directory["days/20240229"], "# more\n");
        var status = NfstoolsProcess.Run("status", "--store", directory["a.db"], "--json");
        var again = NfstoolsProcess.Run("collect", "--config", directory["c.yaml"], "--json");

        Assert.Equal(0, told.Code);
        Assert.Contains("\"records\":2", told.Output.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var generations = JsonDocument.Parse(status.Output).RootElement.GetProperty("generations").EnumerateArray().ToList();
        Assert.Equal([0, 7], generations.Select(g => g.GetProperty("lagBytes").GetInt64()));
        Assert.All(generations, g => Assert.Equal(directory["days"], g.GetProperty("livePath").GetString()));
        Assert.Contains("\"bytes\":7", again.Output.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(3, NfstoolsProcess.Run("collect", directory["days"], "--store", directory["a.db"], "--once").Code);
    }

    [Fact]
    public void The_journals_of_a_store_beside_the_log_are_no_archives_of_it()
    {
        File.WriteAllBytes(directory["lsb.acct"], generator.Next().Bytes);
        byte[][] journals = [[0x37, 0x7f, 0x06, 0x82], [0x37, 0x7f, 0x06, 0x83], [0xd9, 0xd5, 0x05, 0xf9]];
        foreach (var (i, magic) in journals.Index())
        {
            File.WriteAllBytes(directory[$"lsb.acct-{i}x"], [.. magic, .. "\n"u8, .. generator.Next().Bytes]);
        }

        var told = NfstoolsProcess.Run("collect", directory["lsb.acct"], "--store", directory["lsb.acct.db"], "--once");

        Assert.Equal(0, told.Code);
        Assert.DoesNotContain("unread", told.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_names_patterns_for_each_log_and_a_shell_that_names_the_archives_too_adds_nothing()
    {
        File.WriteAllBytes(directory["lsb.acct.old"], generator.Next().Bytes);
        File.WriteAllBytes(directory["lsb.acct"], generator.Next().Bytes);
        File.WriteAllText(directory["c.yaml"], "store: a.db\nonce: true\nsources: [{path: lsb.acct, archives: lsb.acct.old}]\n");

        var configured = NfstoolsProcess.Run("collect", "--config", directory["c.yaml"], "--json");
        var shell = NfstoolsProcess.Run("collect", directory["lsb.acct"], directory["lsb.acct.old"], "--archives", "*.old", "--store", directory["a.db"], "--once", "--json");
        var wrong = NfstoolsProcess.Run("collect", "--config", directory["c.yaml"], "--archives", "x");

        Assert.Contains("\"records\":2", configured.Output.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("\"bytes\":0", shell.Output.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(2, wrong.Code);
        Assert.Contains("--layout: \"weekly\" is none of numbered, dated, daily, single.", NfstoolsProcess.Run("collect", directory["lsb.acct"], "--layout", "weekly", "--store", directory["a.db"]).Errors, StringComparison.Ordinal);
        Assert.Equal(2, NfstoolsProcess.Run("collect", directory["lsb.acct"], "--archives", "*/x", "--store", directory["a.db"]).Code);
    }

    [Fact]
    public void An_archive_that_may_not_be_read_holds_up_no_live_log_is_told_and_is_read_once_it_may_be()
    {
        File.WriteAllBytes(directory["lsb.acct.1"], generator.Next().Bytes);
        File.WriteAllBytes(directory["lsb.acct"], generator.Next().Bytes);

        var (code, output) = PrivateMounts.RunAsPlainUser(directory[""], """
            collect() { code=0; $NFSTOOLS collect lsb.acct --store a.db --once --quiet 2>&1 || code=$?; echo "code $code"; }
            chmod 000 lsb.acct.1; collect
            $NFSTOOLS query --store a.db --csv | sed 1d | wc -l
            chmod 600 lsb.acct.1; collect
            $NFSTOOLS query --store a.db --csv | sed 1d | wc -l
            """);

        Assert.True(code == 0, output);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith("Check ", StringComparison.Ordinal)).ToList();
        Assert.EndsWith("lsb.acct.1: Permission denied.", lines[0], StringComparison.Ordinal);
        Assert.Equal(["code 3", "1", "code 0", "2"], lines[1..]);
    }

    [Fact]
    public void A_loss_is_accepted_by_the_number_that_verify_names()
    {
        string[] collect = ["collect", directory["lsb.acct"], "--store", directory["a.db"], "--once", "--quiet"];
        for (var i = 0; i < 3; i++)
        {
            File.WriteAllBytes(directory["lsb.acct"], generator.Next().Bytes);
            Assert.Equal(0, NfstoolsProcess.Run(collect).Code);
        }

        string[] verify = ["verify", "--store", directory["a.db"]];
        Assert.Contains("Generation 1 (last seen as", NfstoolsProcess.Run(verify).Output, StringComparison.Ordinal);
        Assert.Equal(1, NfstoolsProcess.Run(verify).Code);

        var refused = NfstoolsProcess.Run([.. verify, "--accept-missing", "1,3"]);
        var accepted = NfstoolsProcess.Run([.. verify, "--accept-missing", "1,2"]);

        Assert.Equal(3, refused.Code);
        Assert.Contains("generation 3 is not missing; nothing was accepted", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(2, NfstoolsProcess.Run([.. verify, "--accept-missing", "x"]).Code);
        Assert.Equal((0, ""), (accepted.Code, accepted.Errors));
        Assert.Contains("The store is complete.\nGeneration 1 (last seen as ", accepted.Output, StringComparison.Ordinal);
        Assert.Equal(0, NfstoolsProcess.Run(verify).Code);
        Assert.Equal(2, NfstoolsProcess.Json("verify", "--store", directory["a.db"], "--json").GetProperty("accepted").GetArrayLength());
        Assert.Contains("generation 1: accepted at ", NfstoolsProcess.Run("status", "--store", directory["a.db"]).Output, StringComparison.Ordinal);
    }

    public void Dispose() => directory.Dispose();
}
