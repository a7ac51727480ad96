using NfsTools.TestKit;
using NfsTools.Watching;

namespace NfsTools.Core.Tests.Watching;

public sealed class LogWatcherTests : IDisposable
{
    private static readonly IReadOnlyList<LogGeneration> TheBeginning = [];
    private readonly TestDirectory directory = new();

    private string Live => directory["a.log"];

    [Fact]
    public void A_line_says_where_it_stands()
    {
        File.WriteAllText(Live, "# comment\none\r\n\ntwø\nunfinished");

        var lines = Read(TheBeginning).Take(4).ToList();

        Assert.Equal(["# comment", "one", "", "twø"], lines.Select(l => l.Line));
        Assert.Equal([(0L, 10), (10, 5), (15, 1), (16, 5)], lines.Select(l => (l.Offset, l.Length)));
        Assert.Equal([21L, 16, 15, 10], lines.Select(l => l.Remaining));
        Assert.All(lines, l => Assert.Equal((Live, Live, FileEventOrigin.Local), (l.LivePath, l.Path, l.Origin)));
    }

    [Fact]
    public async Task What_was_there_before_is_not_told_and_what_is_written_from_then_on_is()
    {
        File.WriteAllText(Live + ".1", "old archive\n");
        File.WriteAllText(Live, "old\nbegun ");
        using var lines = Read(null).GetEnumerator();
        var told = Task.Run(lines.MoveNext, TestContext.Current.CancellationToken);

        // Until the watch is on, it takes what is appended for old.
        for (var i = 0; await Task.WhenAny(told, Task.Delay(50, TestContext.Current.CancellationToken)) != told; i++)
        {
            await File.AppendAllTextAsync(Live, $"before {i}\n", TestContext.Current.CancellationToken);
        }

        await File.AppendAllTextAsync(Live, "the last\n", TestContext.Current.CancellationToken);
        while (lines.Current.Line != "the last")
        {
            Assert.Matches("^(begun )?before [0-9]+$", lines.Current.Line);
            Assert.True(lines.MoveNext());
        }
    }

    [Theory]
    [InlineData(LogRotation.Rename)]
    [InlineData(LogRotation.CopyUnlinkRenumber)]
    [InlineData(LogRotation.CopyTruncate)]
    public void Each_line_is_told_once_and_in_order_through_rotations(LogRotation how)
    {
        var random = new Random(41);
        var written = new List<string>();
        File.WriteAllText(Live, "");
        using var lines = Read(TheBeginning).GetEnumerator();
        for (var step = 0; step < 30; step++)
        {
            for (var more = random.Next(1, 6); more > 0; more--)
            {
                written.Add($"line {written.Count}");
                File.AppendAllText(Live, written[^1] + "\n");
            }

            if (random.Next(2) == 0)
            {
                while (written.Count > 0 && lines.MoveNext())
                {
                    Assert.Equal(written[0], lines.Current.Line);
                    written.RemoveAt(0);
                }
            }

            LogRotator.Rotate(Live, how, LogRotator.DefaultKeep);
            written.Add($"line {step} first");
            File.AppendAllText(Live, written[^1] + "\n");
        }

        Assert.Equal(written, Take(lines, written.Count));
    }

    [Fact]
    public void An_unfinished_line_is_told_when_its_end_is_there_or_when_the_log_went_on_to_a_newer_file()
    {
        File.WriteAllText(Live, "one\nha");
        using var lines = Read(TheBeginning).GetEnumerator();
        Assert.Equal(["one"], Take(lines, 1));
        File.AppendAllText(Live, "lf\nfor ever");
        Assert.Equal(["half"], Take(lines, 1));
        File.Move(Live, Live + ".1");
        File.WriteAllText(Live, "two\n");
        Assert.Equal(["for ever", "two"], Take(lines, 2));
    }

    [Fact]
    public void NUL_bytes_wait_to_be_filled_in()
    {
        File.WriteAllText(Live, "one\nt\0\0\nthree\n");
        using var lines = Read(TheBeginning).GetEnumerator();
        Assert.Equal(["one"], Take(lines, 1));
        using (var file = File.OpenWrite(Live))
        {
            file.Position = 5;
            file.Write("wo"u8);
        }

        Assert.Equal(["two", "three"], Take(lines, 2));
    }

    [Fact]
    public void Several_logs_are_followed_and_an_archive_named_beside_its_log_is_read_as_such()
    {
        File.WriteAllText(Live + ".1", "a1\n");
        File.WriteAllText(Live, "a2\n");
        File.WriteAllText(directory["b.log"], "b\n");

        var lines = Watcher([directory["b.log"], Live + ".1", Live], TheBeginning).Watch(TestContext.Current.CancellationToken).Take(3).ToList();

        Assert.Equal([(directory["b.log"], "b"), (Live, "a1"), (Live, "a2")], lines.Select(l => (l.LivePath, l.Line)));
    }

    [Fact]
    public async Task A_log_that_is_not_there_is_told_of_and_waited_for()
    {
        var trouble = new Trouble();
        using var lines = new LogWatcher(new LogWatchOptions { Paths = [Live] }, trouble).Watch(TestContext.Current.CancellationToken).GetEnumerator();
        var next = Task.Run(lines.MoveNext, TestContext.Current.CancellationToken);
        Assert.Equal($"{Live}: the file is not there; waiting for it", trouble.Messages.Take(TestContext.Current.CancellationToken));
        File.WriteAllText(Live, "from its first line on\n");
        Assert.True(await next);
        Assert.Equal("from its first line on", lines.Current.Line);
        Assert.Empty(trouble.Messages);
    }

    [Fact]
    public void A_directory_is_refused() =>
        Assert.Contains("this is a directory", Assert.Throws<NfsToolsException>(() => Watcher([directory[""]], null)).Message, StringComparison.Ordinal);

    public void Dispose() => directory.Dispose();

    private static List<string> Take(IEnumerator<LogLine> lines, int count)
    {
        var taken = new List<string>();
        while (taken.Count < count && lines.MoveNext())
        {
            taken.Add(lines.Current.Line);
        }

        return taken;
    }

    private static LogWatcher Watcher(IReadOnlyList<string> paths, IReadOnlyList<LogGeneration>? from) => new(new LogWatchOptions { Paths = paths, ResumeFrom = from, NulPatience = TimeSpan.FromDays(1) });

    private IEnumerable<LogLine> Read(IReadOnlyList<LogGeneration>? from) => Watcher([Live], from).Watch(TestContext.Current.CancellationToken);

    private sealed class Trouble : IProgress<string>
    {
        public System.Collections.Concurrent.BlockingCollection<string> Messages { get; } = [];

        public void Report(string value) => Messages.Add(value);
    }
}
