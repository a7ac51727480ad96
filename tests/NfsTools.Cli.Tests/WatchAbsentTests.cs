namespace NfsTools.Cli.Tests;

/// <summary>A watch of what is not there yet: it says so at once, and tells of what comes.</summary>
public sealed class WatchAbsentTests : IDisposable
{
    private readonly TestDirectory directory = new();

    [Theory]
    [InlineData("absent", "absent is not there; waiting for it")]
    [InlineData("absent/", "absent is not there; waiting for it")]
    [InlineData("absent/data", "absent is not there; waiting for it")]
    [InlineData("link", "link is not there; waiting for it")]
    [InlineData("absent*", "absent* yet; waiting for one")]
    [InlineData("absent/data*", "absent is not there; waiting for it")]
    public void It_says_what_it_waits_for(string path, string said)
    {
        File.CreateSymbolicLink(directory["link"], "nowhere");
        using var watch = NfstoolsProcess.Start("watch", directory[path], "--poll", "0.2", "--state", directory["state"]);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(directory["state"]), TimeSpan.FromMinutes(2)));
        watch.Signal("TERM");

        var outcome = watch.End();
        Assert.Equal(0, outcome.Code);
        Assert.EndsWith(said + "\n", outcome.Errors, StringComparison.Ordinal);
        Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("link")]
    [InlineData("other")]
    public void Of_links_that_lead_in_a_circle_it_says_so_and_waits_for_one_to_be_turned(string target)
    {
        File.CreateSymbolicLink(directory["link"], target);
        File.CreateSymbolicLink(directory["other"], "link");
        using var watch = NfstoolsProcess.Start("watch", directory["link"], "--state", directory["state"]);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(directory["state"]), TimeSpan.FromMinutes(2)));
        File.WriteAllText(directory["new"], "1");
        File.Move(directory["new"], directory["link"], overwrite: true);
        watch.ReadUntil("created");
        watch.Signal("TERM");

        Assert.Equal($"nfstools: {directory["link"]}: its symbolic links lead in a circle; waiting for one of them to be turned\n", watch.End().Errors);
    }

    [Theory]
    [InlineData("there", "")]
    [InlineData("the*", "--recurse")]
    public void What_is_there_is_watched_in_silence(string path, string option)
    {
        File.WriteAllText(directory["there"], "1");
        using var watch = NfstoolsProcess.Start([.. new[] { "watch", directory[path], "--state", directory["state"], option }.Where(a => a.Length > 0)]);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(directory["state"]), TimeSpan.FromMinutes(2)));
        watch.Signal("TERM");

        Assert.Equal(new NfstoolsProcess.Outcome(0, "", ""), watch.End());
    }

    [Theory]
    [InlineData("data")]
    [InlineData("data/")]
    [InlineData("above/data")]
    public void A_directory_that_is_made_later_is_watched_with_what_is_in_it(string path)
    {
        using var watch = NfstoolsProcess.Start("watch", directory[path], "--recurse", "--poll", "0.2", "--state", directory["state"]);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(directory["state"]), TimeSpan.FromMinutes(2)));
        Directory.CreateDirectory(directory[path + "/sub"]);
        File.WriteAllText(directory[path + "/sub/early"], "");
        watch.ReadUntil("sub/early");
        File.WriteAllText(directory[path + "/sub/late"], "");
        watch.ReadUntil("sub/late");
    }

    public void Dispose() => directory.Dispose();
}
