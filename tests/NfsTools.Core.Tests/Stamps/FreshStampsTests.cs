using NfsTools.Stamps;

namespace NfsTools.Core.Tests.Stamps;

public sealed class FreshStampsTests : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly FreshStamps stamps = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void A_file_that_is_there_is_told_with_its_size_and_times()
    {
        File.WriteAllText(directory["a"], "12345");
        var written = new DateTimeOffset(2026, 11, 21, 20, 57, 27, 123, 456, TimeSpan.Zero).AddTicks(7);
        File.SetLastWriteTimeUtc(directory["a"], written.UtcDateTime);

        var stamp = stamps.Take(directory["a"]);

        Assert.Equal((directory["a"], true, 5, written), (stamp.Path, stamp.Exists, stamp.Size, stamp.ModifyTime));
        Assert.Equal((written - DateTimeOffset.UnixEpoch).Ticks * 100, stamp.ModifyTimeNs);
        Assert.NotNull(stamp.ChangeTime);
        Assert.NotEqual(0UL, stamp.Inode);
        Assert.Equal((StampMethod.Direct, true, ""), (stamp.Method, stamp.Trusted, stamp.Doubt));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("no/such/directory")]
    [InlineData("file/below")]
    public void A_file_that_is_not_there_has_a_stamp_too(string name)
    {
        File.WriteAllText(directory["file"], "");

        var stamp = stamps.Take(directory[name]);

        Assert.Equal((false, 0, null, null, 0UL), (stamp.Exists, stamp.Size, stamp.ModifyTime, stamp.ChangeTimeNs, stamp.Inode));
        Assert.True(stamp.Trusted);
    }

    [Fact]
    public void A_directory_is_stamped_with_or_without_a_slash_behind_it()
    {
        Directory.CreateDirectory(directory["d"]);

        Assert.True(stamps.Take(directory["d"]).Exists);
        Assert.Equal(directory["d"], stamps.Take(directory["d/"]).Path);
        Assert.True(stamps.Take("/").Exists);
    }

    [Fact]
    public void A_file_is_the_same_until_it_is_written_replaced_or_gone()
    {
        File.WriteAllText(directory["a"], "one");
        var before = stamps.Take(directory["a"]);
        Assert.True(before.Same(stamps.Take(directory["a"])));

        File.AppendAllText(directory["a"], " more");
        var longer = stamps.Take(directory["a"]);
        Assert.False(before.Same(longer));

        File.WriteAllText(directory["b"], "one more");
        File.SetLastWriteTimeUtc(directory["b"], longer.ModifyTime!.Value.UtcDateTime);
        File.Move(directory["b"], directory["a"], overwrite: true);
        var replaced = stamps.Take(directory["a"]);
        Assert.Equal(longer.Size, replaced.Size);
        Assert.False(longer.Same(replaced));

        File.Delete(directory["a"]);
        var gone = stamps.Take(directory["a"]);
        Assert.False(replaced.Same(gone));
        Assert.False(gone.Same(replaced));
        Assert.True(gone.Same(stamps.Take(directory["a"])));
    }

    [Fact]
    public void Many_paths_of_many_directories_have_their_stamps_in_order()
    {
        var paths = new List<string>();
        for (var i = 0; i < 300; i++)
        {
            var path = directory[$"d{i % 7}/f{i}"];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            paths.Add(path);
            if (i % 5 != 0)
            {
                File.WriteAllBytes(path, new byte[i]);
            }
        }

        var taken = stamps.Take(paths);

        Assert.Equal(paths, taken.Select(s => s.Path));
        Assert.All(taken.Index(), s => Assert.Equal((s.Index % 5 != 0, s.Index % 5 != 0 ? s.Index : 0), (s.Item.Exists, s.Item.Size)));
        Assert.Empty(stamps.Take([]));
    }

    [Fact]
    public void A_link_stands_for_its_target_wherever_that_is()
    {
        Directory.CreateDirectory(directory["real"]);
        File.WriteAllText(directory["real/file"], "123");
        File.CreateSymbolicLink(directory["direct"], directory["real/file"]);
        File.CreateSymbolicLink(directory["dir"], "real");
        File.CreateSymbolicLink(directory["real/up"], "../direct");
        File.CreateSymbolicLink(directory["nowhere"], "real/later");

        var file = stamps.Take(directory["real/file"]);
        Assert.All(["direct", "dir/file", "dir/up"], name => Assert.True(file.Same(stamps.Take(directory[name]))));
        Assert.Equal(directory["dir/up"], stamps.Take(directory["dir/up"]).Path);

        Assert.False(stamps.Take(directory["nowhere"]).Exists);
        File.WriteAllText(directory["real/later"], "");
        Assert.True(stamps.Take(directory["nowhere"]).Exists);
    }

    [Fact]
    public void A_stamp_is_on_the_file_system_of_the_links_target()
    {
        File.CreateSymbolicLink(directory["version"], "/proc/version");

        Assert.True(stamps.Take("/proc/version").Same(stamps.Take(directory["version"])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void A_question_that_is_not_answered_is_an_error_and_not_a_missing_file(int others)
    {
        File.CreateSymbolicLink(directory["loop"], directory["loop"]);
        string[] paths = [.. Enumerable.Range(1, others).Select(i => directory[$"{i}"]), directory["loop"]];

        var error = Assert.Throws<IOException>(() => stamps.Take(paths));

        Assert.Contains(directory["loop"], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_answers_in_time_is_taken_and_a_wait_can_be_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.True(stamps.Take(["/"], TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)[0].Exists);
        Assert.Throws<OperationCanceledException>(() => stamps.Take(["/"], Timeout.InfiniteTimeSpan, cancelled.Token));
    }
}
