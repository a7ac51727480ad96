using System.Text.Json;

namespace NfsTools.Cli.Tests;

public sealed class StampTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public StampTests()
    {
        File.WriteAllText(directory["a"], "12345");
        File.SetLastWriteTimeUtc(directory["a"], new DateTime(2026, 11, 21, 20, 57, 27, DateTimeKind.Utc).AddTicks(1234567));
    }

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Files_are_told_in_a_table_there_or_not()
    {
        var outcome = NfstoolsProcess.Run("stamp", directory["a"], directory["missing"]);

        Assert.Equal((0, ""), (outcome.Code, outcome.Errors));
        Assert.Matches("^EXISTS +SIZE +MTIME +CTIME +INODE +METHOD +TRUSTED +PATH$", outcome.Lines[0]);
        Assert.Matches(@"^yes +5  2026-11-21T20:57:27\.123456700Z  \S+Z +\d+  direct  yes +/.*/a$", outcome.Lines[1]);
        Assert.Matches("^no +-  - +- +-  direct  yes +/.*/missing$", outcome.Lines[2]);
    }

    [Fact]
    public void Json_has_every_field()
    {
        var stamps = NfstoolsProcess.Json("stamp", directory["a"], directory["missing"], "--json");

        Assert.Equal((5, "2026-11-21T20:57:27.123456700Z", true), (stamps[0].GetProperty("size").GetInt64(), stamps[0].GetProperty("modifyTime").GetString(), stamps[0].GetProperty("exists").GetBoolean()));
        Assert.Equal(("direct", true, ""), (stamps[0].GetProperty("method").GetString(), stamps[0].GetProperty("trusted").GetBoolean(), stamps[0].GetProperty("doubt").GetString()));
        Assert.False(stamps[1].GetProperty("exists").GetBoolean());
        Assert.All(["size", "modifyTime", "changeTime", "inode"], name => Assert.Equal(JsonValueKind.Null, stamps[1].GetProperty(name).ValueKind));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("missing")]
    [InlineData("link/a")]
    public void A_manifest_takes_the_place_of_no_file_that_it_tells_of(string name)
    {
        File.CreateSymbolicLink(directory["link"], ".");

        var outcome = NfstoolsProcess.Run("stamp", directory["a"], directory["missing"], "--export", directory[name]);

        Assert.Equal(3, outcome.Code);
        Assert.Contains("it would take the place of", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(("12345", false), (File.ReadAllText(directory["a"]), File.Exists(directory["missing"])));
    }

    [Fact]
    public void An_exported_manifest_is_shown_as_it_was()
    {
        var exported = NfstoolsProcess.Run("stamp", directory["a"], directory["missing"], "--export", directory["m.json"], "--json");
        File.Delete(directory["a"]);

        var imported = NfstoolsProcess.Run("stamp", "--import", directory["m.json"], "--json");

        Assert.Equal((0, 0), (exported.Code, imported.Code));
        Assert.Equal(exported.Output, imported.Output);
    }

    [Fact]
    public void A_path_that_cannot_be_looked_at_is_told_and_the_others_are_stamped()
    {
        File.CreateSymbolicLink(directory["loop"], "loop");

        var outcome = NfstoolsProcess.Run("stamp", directory["loop"], directory["a"], "--json");
        var export = NfstoolsProcess.Run("stamp", directory["loop"], directory["a"], "--export", directory["m.json"]);

        Assert.Equal((3, 1), (outcome.Code, JsonDocument.Parse(outcome.Output).RootElement.GetArrayLength()));
        Assert.StartsWith($"nfstools: {directory["loop"]}: ", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(3, export.Code);
        Assert.Contains("the manifest was not written", export.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(directory["m.json"]));
    }

    [Fact]
    public void A_file_system_that_hangs_is_given_up_and_the_others_are_stamped()
    {
        var (code, output) = PrivateMounts.Run(Path.GetDirectoryName(directory["a"])!, PrivateMounts.Hung("m") + "$NFSTOOLS stamp m/x a --timeout 5");

        Assert.Equal(3, code);
        Assert.Contains($"{directory["m/x"]}: the file system does not answer", output, StringComparison.Ordinal);
        Assert.Matches("(?m)^yes +5 .*/a$", output);
    }
}
