using NfsTools.Testing;
using NfsTools.Watching;

namespace NfsTools.Core.Tests.Watching;

/// <summary>Which files each layout takes for a log, in which order, and which of them may still grow.</summary>
public sealed class LogFamilyTests : IDisposable
{
    private readonly TestDirectory directory = new();

    // By age of the names, which is not that of the files but where the change is said to tell.
    [Theory]
    [InlineData("numbered", "log", "log.old log-20240101 log.1x xlog.1", "log.20240101 log.20230101 log.16 log.2.gz log.1 log.0 log")]
    [InlineData("dated", "log", "log.1 log-2024 log-20240101x log.202401011", "log-20230101.zst log-20240101 log-20240101-1700000000.gz log-20240102 log.20240103T120000 log")]
    [InlineData("single", "log", "log.1 log-20240101 log.gz", "log")]
    [InlineData("daily", "", "lost+found 2024010 20240101x 202401011 .20240102", "20231231.gz 20240101 20240102")]
    public void A_layout_knows_its_files_from_the_oldest_to_the_one_that_grows(string layout, string name, string others, string expected)
    {
        string[] files = expected.Split(' ');
        foreach (var (age, file) in files.Concat(others.Split(' ')).Index())
        {
            File.WriteAllText(directory[file], "");
            File.SetLastWriteTimeUtc(directory[file], new DateTime(2024, 1, 1).AddDays(age));
        }

        var family = new LogFamily(directory[name].TrimEnd('/'), LogLayouts.Find(layout));

        Assert.Equal(files, family.List().Select(Path.GetFileName));
        Assert.Equal(directory[files[^1]], family.Growing);
        Assert.All(files, f => Assert.True(family.Includes(directory[f])));
        Assert.All(others.Split(' '), f => Assert.False(family.Includes(directory[f])));
        Assert.Equal(layout == "daily" ? [] : others.Split(' ').Order(StringComparer.Ordinal), family.LookAlikes.Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_file_that_grows_is_the_newest_one_of_a_directory_that_may_be_empty_at_first()
    {
        var family = new LogFamily(directory["days"], LogLayouts.Daily);
        Assert.Empty(family.List());
        Directory.CreateDirectory(directory["days"]);
        Assert.Empty(family.List());

        foreach (var day in new[] { "20240229", "20240301" })
        {
            File.WriteAllText(directory[$"days/{day}"], "");
            family.List();
            Assert.Equal(directory[$"days/{day}"], family.Growing);
        }
    }

    [Theory]
    [InlineData("daily", "file")]
    [InlineData("numbered", "days")]
    public void A_file_in_place_of_a_directory_and_the_other_way_round_are_refused(string layout, string name)
    {
        File.WriteAllText(directory["file"], "");
        Directory.CreateDirectory(directory["days"]);

        Assert.Contains(directory[name], Assert.Throws<NfsToolsException>(new LogFamily(directory[name], LogLayouts.Find(layout)).Check).Message, StringComparison.Ordinal);
    }

    public void Dispose() => directory.Dispose();
}
