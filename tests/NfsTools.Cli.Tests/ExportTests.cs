using NfsTools.TestKit;

namespace NfsTools.Cli.Tests;

/// <summary><c>nfstools export</c>: what a store keeps of a log is the log.</summary>
public sealed class ExportTests(SampleLog sample)
{
    [Fact]
    public void The_log_comes_out_as_it_went_in()
    {
        using var directory = new TestDirectory();

        var outcome = NfstoolsProcess.Run("export", "--raw", "--store", sample.StorePath, "-o", directory["log"]);

        Assert.Equal((0, ""), (outcome.Code, outcome.Errors));
        Assert.Equal(File.ReadAllBytes(sample.LogPath), File.ReadAllBytes(directory["log"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(directory["log"]));
        Assert.Equal(["log"], Directory.EnumerateFiles(directory["."]).Select(Path.GetFileName));
        Assert.Contains("there is such a file", NfstoolsProcess.Run("export", "--raw", "--store", sample.StorePath, "-o", directory["log"]).Errors, StringComparison.Ordinal);
        Assert.Equal(0, NfstoolsProcess.Run("export", "--raw", "--store", sample.StorePath, "--force", "-o", directory["log"]).Code);
    }

    [Fact]
    public void A_link_to_an_open_file_as_dev_stdout_is_one_is_not_replaced()
    {
        using var directory = new TestDirectory();
        File.CreateSymbolicLink(directory["stdout"], "/proc/self/fd/9999");

        var outcome = NfstoolsProcess.Run("export", "--raw", "--store", sample.StorePath, "--force", "-o", directory["stdout"]);

        Assert.Equal(3, outcome.Code);
        Assert.Equal("/proc/self/fd/9999", new FileInfo(directory["stdout"]).LinkTarget);
    }

    [Fact]
    public void The_store_itself_and_what_belongs_to_it_is_not_replaced_by_force_either()
    {
        using var directory = new TestDirectory();
        File.Copy(sample.StorePath, directory["a.db"]);
        File.CreateSymbolicLink(directory["link.db"], directory["a.db"]);
        File.WriteAllText(directory["a.db.lock"], "");

        foreach (var (name, told) in new[] { ("a.db", "this is the store itself"), ("link.db", "this is the store itself"), ("a.db.lock", "this name belongs to"), ("a.db-wal", "this name belongs to") })
        {
            var outcome = NfstoolsProcess.Run("export", "--raw", "--store", directory["a.db"], "--force", "-o", directory[name]);

            Assert.Equal(3, outcome.Code);
            Assert.Contains(told, outcome.Errors, StringComparison.Ordinal);
        }

        Assert.Equal(0, NfstoolsProcess.Run("verify", "--store", directory["a.db"]).Code);
    }

    [Theory]
    [InlineData("--generation 99", 3, "no generation 99")]
    [InlineData("--cluster nope", 3, "no log of a cluster nope")]
    [InlineData("--generation x", 2, "no number of a generation")]
    [InlineData("--from 2026-01-02 --to 2026-01-01", 2, "--from is not before --to")]
    [InlineData("--force", 2, "--output")]
    public void What_cannot_be_written_out_is_told(string options, int code, string told)
    {
        var outcome = NfstoolsProcess.Run(["export", "--raw", "--store", sample.StorePath, .. options.Split(' ')]);

        Assert.Equal(code, outcome.Code);
        Assert.Contains(told, outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_output_takes_the_bytes_of_a_time()
    {
        var some = sample.Truth.Where(t => t != sample.Hostile && t.EventTime > sample.Hostile.EventTime).Skip(100).First();
        var from = some.EventTime;
        var expected = sample.Truth.Where(t => t.EventTime >= from).SelectMany(t => t.Bytes).ToArray();

        var outcome = NfstoolsProcess.Run("export", "--raw", "--store", sample.StorePath, "--from", $"{from}");

        Assert.Equal((0, ""), (outcome.Code, outcome.Errors));
        Assert.Equal(System.Text.Encoding.UTF8.GetString(expected), outcome.Output);
    }
}
