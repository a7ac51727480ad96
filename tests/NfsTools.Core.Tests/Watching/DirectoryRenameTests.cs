using System.Diagnostics;
using NfsTools.Watching;

namespace NfsTools.Core.Tests.Watching;

/// <summary>A directory with another name is one event: what is below goes with it, and what changed there is told under its new path.</summary>
public sealed class DirectoryRenameTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public DirectoryRenameTests() => Fill("data/a", "data/a/sub", "data/b");

    /// <summary>What happens while nobody watches, and what is told of it: in a shell's words, below the data directory.</summary>
    public static TheoryData<string, string> Changes => new()
    {
        { "mv a z", "Renamed z<a" },
        { "mv a z; echo more >>z/sub/1; rm z/2; mv z/1 z/3; echo new >z/sub/new", "Renamed z<a, Changed z/sub/1, Deleted z/2, Renamed z/3<z/1, Created z/sub/new" },
        { "mv a n; mkdir a; mv n a/n", "Renamed a/n<a, Created a" },
        { "mkdir n n/m; mv a n/m/a", "Renamed n/m/a<a, Created n, Created n/m" },
        { "mv a x; mv b a; mv x b", "Renamed a<b, Renamed b<a" },
        { "mkdir e; mv a z; mv z/sub z/sub2", "Renamed z<a, Renamed z/sub2<z/sub, Created e" },
        { "mv a/sub top; mv a z", "Renamed top<z/sub, Renamed z<a" },
        { "mv a/sub b/sub; mv b a/b", "Renamed a/b<b, Renamed a/b/sub<a/sub" },
        { "rm -r b; mv -T a b", "Replaced b<a, Deleted b/1, Deleted b/2" },
        { "rm b/*; mv -T a b", "Replaced b<a, Deleted b/1, Deleted b/2" },
        { "rm -r a", "Deleted a, Deleted a/1, Deleted a/2, Deleted a/sub, Deleted a/sub/1, Deleted a/sub/2" },
        { "rm -r b; mkdir c; echo x >c/x", "Deleted b, Deleted b/1, Deleted b/2, Created c, Created c/x" },
        { "mv a/sub ../other/sub; mv a z", "Renamed ../other/sub<z/sub, Renamed z<a" },
        { "mv a ../other/a; echo more >>../other/a/sub/1", "Renamed ../other/a<a, Changed ../other/a/sub/1" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Told_at_the_next_start(string change, string told)
    {
        Directory.CreateDirectory(directory["other"]);
        using (var first = new WatchSession(Options, awaitStart: false))
        {
            Assert.True(SpinWait.SpinUntil(() => File.Exists(directory["state"]), TimeSpan.FromSeconds(20)));
        }

        Shell(change);
        using var second = new WatchSession(Options, awaitStart: false);
        var expected = told.Split(", ");
        var events = Enumerable.Range(0, expected.Length).Select(_ => Brief(second.Next())).ToList();
        Assert.Equal(expected.Order(StringComparer.Ordinal), events.Order(StringComparer.Ordinal));
        second.AssertSilent(directory["data/end"]);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Told_while_it_happens_up_to_the_steps_in_between(string change, string told)
    {
        Directory.CreateDirectory(directory["other"]);
        using var watch = new WatchSession(Options);
        Shell(change);
        var events = watch.Until(directory["data/end"]);
        Assert.Equal(told.Contains("Deleted", StringComparison.Ordinal), events.Exists(e => e.Kind == FileEventKind.Deleted));
        Assert.True(events.Count <= told.Split(", ").Length + 4, string.Join(", ", events.Select(Brief)));
    }

    [Fact]
    public void A_directory_that_left_what_is_watched_is_told_of_once_whatever_happens_to_it_there()
    {
        Directory.CreateDirectory(directory["away"]);
        using var watch = new WatchSession(Options with { Paths = [directory["data"]], StatePath = null });
        Shell("mv a ../away/a");
        Assert.Equal(6, watch.Until(directory["data/end"]).Count(e => e.Kind == FileEventKind.Deleted));
        Shell("echo more >>../away/a/1; rm -r ../away/a");
        watch.AssertSilent(directory["data/again"]);
    }

    public void Dispose() => directory.Dispose();

    private WatchOptions Options => new() { Paths = [directory["data"], directory["other"]], Recurse = true, StatePath = directory["state"], PollInterval = TimeSpan.FromMilliseconds(200) };

    private string Brief(FileEvent e) => $"{e.Kind} {Below(e.Path)}{(e.OldPath is null ? "" : $"<{Below(e.OldPath)}")}";

    private string Below(string path) => Path.GetRelativePath(directory["data"], path);

    private void Fill(params string[] directories)
    {
        foreach (var path in directories)
        {
            Directory.CreateDirectory(directory[path]);
            File.WriteAllText(directory[path + "/1"], path);
            File.WriteAllText(directory[path + "/2"], path + path);
        }
    }

    private void Shell(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-ec", script]) { WorkingDirectory = directory["data"] })!;
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }
}
