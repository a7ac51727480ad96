using System.Text;
using NfsTools.Yaml;

namespace NfsTools.Core.Tests.Yaml;

/// <summary>What no configuration is ends with an error at its place, whatever it is.</summary>
public sealed class HostileYamlTests
{
    [Theory]
    [InlineData("sources: ", "[", 50_000)]
    [InlineData("sources:\n", "- ", 50_000)]
    [InlineData("sources: ", "{a: ", 50_000)]
    public void Nesting_that_would_use_up_the_stack_is_an_error_at_its_place(string before, string level, int levels)
    {
        var error = Assert.Throws<NfsToolsException>(() => YamlMapping.Parse("c.yaml", before + string.Concat(Enumerable.Repeat(level, levels)), ["sources"]));

        Assert.Matches(@"^c\.yaml:\d+:\d+: lists and mappings are nested more than 64 levels deep\.$", error.Message);
    }

    [Fact]
    public void Aliases_that_hold_aliases_are_no_keys()
    {
        var bomb = new StringBuilder("a0: &a0 [x]\n");
        for (var i = 1; i < 40; i++)
        {
            bomb.Append($"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        }

        var error = Assert.Throws<NfsToolsException>(() => YamlMapping.Parse("c.yaml", bomb.Append("? *a39\n: x\n").ToString(), ["sources"]));

        Assert.StartsWith("c.yaml:41:3: expected a key, found an alias", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_text_and_no_file_is_refused_with_its_place()
    {
        using var directory = new TestDirectory();
        File.WriteAllBytes(directory["c.yaml"], [.. "store: a.db\nsources:\n  - path: caf"u8, 0xE9, (byte)'\n']);
        using (var fifo = System.Diagnostics.Process.Start("mkfifo", [directory["fifo"]]))
        {
            fifo.WaitForExit();
        }

        string Refused(string path) => Assert.Throws<NfsToolsException>(() => YamlMapping.Load(path, ["store", "sources"])).Message;

        Assert.Equal($"{directory["c.yaml"]}:3:14: the byte E9 is no UTF-8.", Refused(directory["c.yaml"]));
        Assert.Contains("it is a FIFO, no regular file", Refused(directory["fifo"]), StringComparison.Ordinal);
        Assert.Contains("it is a device, no regular file", Refused("/dev/zero"), StringComparison.Ordinal);
        Assert.Equal(2, NfstoolsProcess.Run("collect", "--config", directory["fifo"]).Code);
    }
}
