using NfsTools.Stamps;

namespace NfsTools.Core.Tests.Stamps;

public sealed class StampManifestTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void What_was_written_is_read_back()
    {
        File.WriteAllText(directory["a ü😀\n"], "12345");
        var stamps = new FreshStamps().Take([directory["a ü😀\n"], directory["missing"]]);

        StampManifest.Write(directory["m.json"], stamps);
        var read = StampManifest.Read(directory["m.json"]);

        Assert.Equal(stamps.Select(Values), read.Select(Values));
        Assert.All(stamps.Zip(read), pair => Assert.True(pair.First.Same(pair.Second)));

        static object Values(FileStamp s) => (s.Path, s.Exists, s.Size, s.ModifyTimeNs, s.ChangeTimeNs, s.Inode, s.Method, s.Doubt, s.TakenAt);
    }

    [Fact]
    public void A_device_has_no_place_in_a_manifest()
    {
        var e = Assert.Throws<NfsToolsException>(() => StampManifest.Write(directory["m.json"], [new FreshStamps().Take("/dev/null")]));

        Assert.EndsWith("the manifest was not written: /dev/null is a device, of which nothing stays to compare.", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(directory["."]));
    }

    [Fact]
    public void A_directory_is_what_is_in_it()
    {
        Directory.CreateDirectory(directory["d/e"]);
        File.WriteAllText(directory["d/e/f"], "1");
        var fresh = new FreshStamps { Trees = true };
        StampManifest.Write(directory["m.json"], [fresh.Take(directory["d"])]);
        var then = StampManifest.Read(directory["m.json"])[0];
        Assert.True(then.Same(fresh.Take(directory["d"])));

        File.WriteAllText(directory["d/x"], "");
        Assert.False(then.Same(fresh.Take(directory["d"])));
        File.Delete(directory["d/x"]);
        Assert.True(then.Same(fresh.Take(directory["d"])), "a file made and removed, as probes are, changes nothing");

        var times = File.GetLastWriteTimeUtc(directory["d/e/f"]);
        File.WriteAllText(directory["d/e/f"], "2");
        File.SetLastWriteTimeUtc(directory["d/e/f"], times);
        Assert.False(then.Same(fresh.Take(directory["d"])));
    }

    [Fact]
    public void A_manifest_takes_an_older_ones_place_whole_and_leaves_nothing_beside_it()
    {
        File.WriteAllText(directory["m.json"], "old");

        StampManifest.Write(directory["m.json"], []);

        Assert.Empty(StampManifest.Read(directory["m.json"]));
        Assert.Equal([directory["m.json"]], Directory.GetFiles(Path.GetDirectoryName(directory["m.json"])!));
    }

    [Fact]
    public void An_export_that_fails_is_a_clear_error_and_leaves_nothing()
    {
        Directory.CreateDirectory(directory["d/full"]);

        Assert.All(["no/such/m.json", "d"], name =>
        {
            var error = Assert.Throws<NfsToolsException>(() => StampManifest.Write(directory[name], []));
            Assert.StartsWith($"{directory[name]}: the manifest cannot be written: ", error.Message, StringComparison.Ordinal);
            Assert.NotEmpty(error.Remedy);
        });
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(directory["d"])!));
    }

    [Theory]
    [InlineData("", ":1:1: this is no manifest")]
    [InlineData("{\n  \"version\": 1,\n  \"files\": [ oops ]\n}", ":3:14: this is no manifest")]
    [InlineData("{\"version\": 1}", "this is no manifest")]
    [InlineData("{\"version\": 1, \"files\": null}", "this is no manifest")]
    [InlineData("{\"version\": 1, \"files\": [null]}", "this is no manifest")]
    [InlineData("{\"version\": 1,\n\"files\": [\n{\"path\": \"/a\"}]}", ":3:")]
    [InlineData("null", ":1:1: this is no manifest")]
    [InlineData("{\"version\": 1, \"files\": []}\n\n{\"version\": 1, \"files\": []}", ":3:1: this is no manifest")]
    [InlineData("{\"version\": 1, \"files\": []", "this is no manifest")]
    [InlineData("{\"version\": 2, \"files\": []}", "the manifest has version 2, this program knows version 1")]
    public void A_file_that_is_no_manifest_is_refused_with_the_place(string content, string expected)
    {
        File.WriteAllText(directory["m.json"], content);

        var error = Assert.Throws<NfsToolsException>(() => StampManifest.Read(directory["m.json"]));

        Assert.StartsWith(directory["m.json"], error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_is_not_there_is_a_clear_error()
    {
        var error = Assert.Throws<NfsToolsException>(() => StampManifest.Read(directory["m.json"]));

        Assert.StartsWith($"{directory["m.json"]}: the manifest cannot be read: ", error.Message, StringComparison.Ordinal);
    }
}
