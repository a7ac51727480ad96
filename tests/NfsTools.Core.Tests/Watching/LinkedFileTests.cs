using System.Diagnostics;
using NfsTools.Watching;

namespace NfsTools.Core.Tests.Watching;

/// <summary>A watched link to a file tells of the file behind it, wherever that is, under the link's name.</summary>
public sealed class LinkedFileTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public LinkedFileTests() => Directory.CreateDirectory(directory["far"]);

    /// <summary>What is there, what happens then, and what is told of it: in a shell's words.</summary>
    public static TheoryData<string, string, string> Changes => new()
    {
        { "echo 1 >far/file; ln -s far/file link", "echo 2 >>far/file", "Changed 2>4" },
        { "echo 1 >far/file; ln -s \"$PWD/far/file\" link", "rm far/file", "Deleted 2>" },
        { "echo 1 >far/file; ln -s far/file link", "echo new >far/new; mv far/new far/file", "Replaced 2>4" },
        { "ln -s far/file link", "echo new >far/new; mv far/new far/file", "Created >4" },
        { "ln -s absent/file link", "mkdir absent.new; echo new >absent.new/file; mv absent.new absent", "Created >4" },
        { "echo 1 >far/file; echo other >far/other; ln -s far/file link", "ln -s far/other new; mv -T new link", "Replaced 2>6" },
        { "echo 1 >far/file; ln -s far/file link", "ln -s far/none new; mv -T new link", "Deleted 2>" },
        { "echo 1 >far/file; ln -s far/none link", "ln -s far/file new; mv -T new link", "Created >2" },
        { "echo 1 >far/file; ln -s far/file link", "rm link", "Deleted 2>" },
        { "echo 1 >far/file; ln -s far/file link", "echo plain >new; mv new link", "Replaced 2>6" },
        { "echo 1 >far/file; echo plain >link", "ln -s far/file new; mv -T new link", "Replaced 6>2" },
        { "echo 1 >far/file", "ln -s far/file link", "Created >2" },
        { "echo 1 >far/file; ln -s far/middle link; ln -s ../near far/middle; ln -s far/file near", "echo 2 >>far/file", "Changed 2>4" },
        { "echo 1 >far/file; echo other >far/other; ln -s far/middle link; ln -s file far/middle", "ln -s other far/new; mv -T far/new far/middle", "Replaced 2>6" },
        { "mkdir b; echo 1 >far/file; echo other >b/file; ln -s far way; ln -s way/file link", "ln -s b new; mv -T new way", "Replaced 2>6" },
        { "ln -s link link", "echo new >new; mv new link", "Created >4" },
        { "echo 1 >far/file; ln -s far/file link", "ln -s link new; mv -T new link", "Deleted 2>" },
        { "echo 1 >'far/a*'; echo other >far/ab; ln -s 'far/a*' link", "echo more >>far/ab; echo 2 >>'far/a*'", "Changed 2>4" },
        { "echo 1 >far/file; ln -s far/file link", "ln -s ../far/file far/same; ln -s far/same new; mv -T new link; echo 2 >>far/file", "Changed 2>4" },
    };

    private WatchOptions Options => new() { Paths = [directory["link"]], StatePath = directory["state"], PollInterval = TimeSpan.FromMilliseconds(200) };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Told_under_the_name_that_was_asked_for(string before, string change, string told)
    {
        Shell(before);
        using var watch = Begun(Options);
        Shell(change);

        Assert.Equal(told, Brief(watch.Next()));
        Shell("rm -rf link; echo marker >new; mv new link");
        Assert.DoesNotContain(told, Brief(watch.Next()), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Told_at_the_next_start(string before, string change, string told)
    {
        Shell(before);
        Begun(Options).Dispose();
        Shell(change);
        using var watch = new WatchSession(Options, awaitStart: false);

        Assert.Equal(told, Brief(watch.Next()));
    }

    [Fact]
    public void A_link_that_is_turned_to_a_directory_is_watched_as_one()
    {
        Shell("echo 1 >far/file; ln -s far/file link; mkdir data; echo 1 >data/there");
        using var watch = Begun(Options);
        Shell("ln -s data new; mv -T new link");
        watch.Await(FileEventKind.Created, directory["link/there"]);
        Shell("echo 2 >>data/there");
        watch.Await(FileEventKind.Changed, directory["link/there"]);
    }

    [Fact]
    public void A_directory_that_a_link_waited_for_is_watched()
    {
        Shell("ln -s data link");
        using var watch = Begun(Options);
        Shell("mkdir data; echo 1 >data/there");
        watch.Await(FileEventKind.Created, directory["link/there"]);
    }

    [Fact]
    public void A_link_to_the_watchs_own_state_tells_nothing()
    {
        Shell("ln -s state link; echo 1 >file");
        using var watch = Begun(Options with { Paths = [directory["link"], directory["file"]] });
        for (var i = 0; i < 3; i++)
        {
            var saved = File.ReadAllBytes(directory["state"]);
            Shell("echo 2 >>file");
            Assert.Equal(directory["file"], watch.Next().Path);
            Assert.True(SpinWait.SpinUntil(() => !File.ReadAllBytes(directory["state"]).SequenceEqual(saved), TimeSpan.FromSeconds(20)));
        }
    }

    public void Dispose() => directory.Dispose();

    private static string Brief(FileEvent e) => $"{e.Kind} {(e.Before is null ? "" : e.Before.Size)}>{(e.After is null ? "" : e.After.Size)}";

    private WatchSession Begun(WatchOptions options)
    {
        var watch = new WatchSession(options, awaitStart: false);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(directory["state"]), TimeSpan.FromSeconds(20)));
        return watch;
    }

    private void Shell(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-ec", script]) { WorkingDirectory = directory[""] })!;
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }
}
