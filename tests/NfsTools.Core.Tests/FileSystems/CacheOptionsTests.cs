using NfsTools.FileSystems;

namespace NfsTools.Core.Tests.FileSystems;

/// <summary>Defaults and their overrides as nfs(5) and mount.cifs(8) have them.</summary>
public sealed class CacheOptionsTests
{
    [Theory]
    [InlineData("rw,vers=3,hard", 3, 60, 30, 60)]
    [InlineData("rw,acregmin=1,acregmax=4,acdirmin=2,acdirmax=5", 1, 4, 2, 5)]
    [InlineData("rw,acregmax=600", 3, 600, 30, 60)]
    [InlineData("rw,actimeo=120", 120, 120, 120, 120)]
    [InlineData("rw,actimeo=0", 0, 0, 0, 0)]
    [InlineData("rw,noac", 0, 0, 0, 0)]
    [InlineData("rw,sync,acregmin=0,acregmax=0,acdirmin=0,acdirmax=0,noac", 0, 0, 0, 0)]
    public void The_times_of_NFS_have_their_defaults_filled_in(string options, int regularMinimum, int regularMaximum, int directoryMinimum, int directoryMaximum)
    {
        var cache = CacheOptions.OfNfs(Mount("nfs4", options));

        Assert.Equal((Seconds(regularMinimum), Seconds(regularMaximum), Seconds(directoryMinimum), Seconds(directoryMaximum)), (cache.RegularMinimum, cache.RegularMaximum, cache.DirectoryMinimum, cache.DirectoryMaximum));
        Assert.Equal((Seconds(regularMaximum), Seconds(directoryMaximum)), (cache.WorstAttribute, cache.WorstListing));
    }

    [Fact]
    public void A_minimum_above_the_maximum_counts_as_the_worst() => Assert.Equal(Seconds(300), CacheOptions.OfNfs(Mount("nfs", "rw,acregmin=300")).WorstAttribute);

    [Theory]
    [InlineData("rw", "all", 60)]
    [InlineData("rw,lookupcache=all", "all", 60)]
    [InlineData("rw,lookupcache=pos", "positive", 0)]
    [InlineData("rw,lookupcache=positive", "positive", 0)]
    [InlineData("rw,lookupcache=none", "none", 0)]
    [InlineData("rw,noac", "all", 0)]
    public void How_long_a_file_may_be_believed_missing_follows_from_lookupcache(string options, string lookup, int worst)
    {
        var cache = CacheOptions.OfNfs(Mount("nfs", options));

        Assert.Equal((lookup, Seconds(worst)), (cache.LookupCache, cache.WorstMissing));
    }

    [Theory]
    [InlineData("rw,hard", true, false, true)]
    [InlineData("rw", true, false, true)]
    [InlineData("rw,soft,nocto", false, false, false)]
    [InlineData("rw,softerr", true, false, false)]
    [InlineData("rw,softreval,hard", true, true, true)]
    public void Flags_are_told_apart(string options, bool closeToOpen, bool softRevalidation, bool hard)
    {
        var cache = CacheOptions.OfNfs(Mount("nfs4", options));

        Assert.Equal((closeToOpen, softRevalidation, hard), (cache.CloseToOpen, cache.SoftRevalidation, cache.Hard));
    }

    [Theory]
    [InlineData("rw,vers=3.1.1,soft", 1, 1)]
    [InlineData("rw,actimeo=120", 120, 120)]
    [InlineData("rw,acregmax=30,acdirmax=5", 30, 5)]
    public void SMB_has_a_time_for_files_and_one_for_directories(string options, int regular, int directory)
    {
        var cache = CacheOptions.OfSmb(Mount("cifs", options));

        Assert.Equal((Seconds(regular), Seconds(directory), Seconds(directory)), (cache.WorstAttribute, cache.WorstListing, cache.WorstMissing));
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static Mount Mount(string type, string options) => MountTable.Parse($"40 30 0:9 / /mnt rw - {type} server:/export {options}");
}
