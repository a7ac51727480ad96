using System.Text.Json;

namespace NfsTools.Cli.Tests;

public sealed class FsTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Paths_are_told_in_a_table_with_the_reason_below()
    {
        var outcome = NfstoolsProcess.Run("fs", "/proc/self", "/proc");

        Assert.Equal((0, ""), (outcome.Code, outcome.Errors));
        Assert.Matches("^PATH +MOUNT +TYPE +SERVER:EXPORT +VERSION +ATTR_S +LIST_S +MISS_S +ANSWERS +INOTIFY +STRATEGY$", outcome.Lines[0]);
        Assert.Matches("^/proc +/proc +proc +- +- +0 +0 +0 +yes +complete +events$", outcome.Lines[2]);
        Assert.Equal(["/proc/self /proc:", "  proc is local: every change goes through this kernel, so inotify sees it, except what is written through a hard link elsewhere or a memory map"], outcome.Lines[3..]);
    }

    [Fact]
    public void Json_has_every_field()
    {
        var place = NfstoolsProcess.Json("fs", "/proc/no/such", "--json")[0];

        Assert.Equal(("/proc/no/such", "/proc", "proc", "local"), (Text(place, "path"), Text(place, "mountPoint"), Text(place, "type"), Text(place, "family")));
        Assert.True(place.GetProperty("responds").GetBoolean());
        Assert.True(place.GetProperty("eventsComplete").GetBoolean());
        Assert.Equal(0x9FA0, place.GetProperty("magic").GetInt64());
        Assert.Equal(0, place.GetProperty("worstMissingSeconds").GetDouble());
        Assert.Equal(("events", "all"), (Text(place, "strategy"), Text(place.GetProperty("cache"), "lookupcache")));
        Assert.False(place.TryGetProperty("measurement", out _));
    }

    [Fact]
    public void All_mounts_are_told_on_demand_and_only_shared_ones_otherwise()
    {
        Assert.Contains(NfstoolsProcess.Json("fs", "--all", "--json").EnumerateArray(), p => Text(p, "mountPoint") == "/proc");
        Assert.DoesNotContain(NfstoolsProcess.Json("fs", "--json").EnumerateArray(), p => Text(p, "family") == "local");
    }

    [Fact]
    public void A_measurement_that_fails_in_one_directory_is_told_for_the_others()
    {
        Directory.CreateDirectory(directory["d"]);

        var outcome = NfstoolsProcess.Run("fs", "--measure", directory["missing"], directory["d"], "--json");

        Assert.Equal(3, outcome.Code);
        Assert.Contains($"{directory["missing"]}: it cannot be measured", outcome.Errors, StringComparison.Ordinal);
        var measured = JsonDocument.Parse(outcome.Output).RootElement[1].GetProperty("measurement");
        Assert.InRange(measured.GetProperty("clockOffsetSeconds").GetDouble(), -1, 1);
        Assert.False(measured.GetProperty("locksReachOtherHosts").GetBoolean());
        Assert.Empty(Directory.GetFileSystemEntries(directory["d"]));
    }

    [Fact]
    public void A_measurement_is_told_in_a_table_of_its_own()
    {
        var outcome = NfstoolsProcess.Run("fs", "--measure", Path.GetTempPath());

        Assert.Equal((0, ""), (outcome.Code, outcome.Errors));
        Assert.Contains(outcome.Lines, line => line.StartsWith("PATH  ", StringComparison.Ordinal) && line.EndsWith("OFFSET_S   ERROR_S    TICK_S  ROUND_TRIP_MS  LOCKS", StringComparison.Ordinal));
    }

    [Fact]
    public void A_bind_mount_is_told_with_the_directory_it_shows()
    {
        Directory.CreateDirectory(directory["a b/sub"]);

        var place = InPrivate("mkdir over; mount --bind 'a b' over; $NFSTOOLS fs over/sub/x --json");

        Assert.Equal((directory["over"], directory["over/sub/x"]), (Text(place, "mountPoint"), Text(place, "path")));
        Assert.EndsWith("/a b", Text(place, "root"), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_stacked_mounts_the_top_one_is_told()
    {
        Assert.Equal("upper", Text(InPrivate("mkdir 'm m'; mount -t tmpfs lower 'm m'; mount -t tmpfs upper 'm m'; $NFSTOOLS fs 'm m/x' --json"), "source"));
        Assert.Equal("upper", Text(InPrivate("mount -t tmpfs lower 'm m'; mount -t tmpfs upper 'm m'; $NFSTOOLS fs --all --json | grep 'm m'"), "source"));
    }

    [Fact]
    public void A_mount_that_another_hides_is_not_told()
    {
        var place = InPrivate("mkdir -p a/b; mount -t tmpfs hidden a/b; mount -t tmpfs over a; $NFSTOOLS fs --all --json >all; ! grep hidden all >&2; $NFSTOOLS fs a/b/c --json");

        Assert.Equal(("over", directory["a"]), (Text(place, "source"), Text(place, "mountPoint")));
    }

    [Fact]
    public void An_overlay_of_local_layers_is_local()
    {
        var place = InPrivate("mkdir m; mount -t tmpfs t m; cd m; mkdir lower upper work over; mount -t overlay o -o lowerdir=$PWD/lower,upperdir=$PWD/upper,workdir=$PWD/work over; $NFSTOOLS fs over --json");

        Assert.Equal(("overlay", "local"), (Text(place, "type"), Text(place, "family")));
    }

    [Fact]
    public void A_file_system_that_hangs_is_told_as_not_answering_beside_the_others()
    {
        var (code, output) = PrivateMounts.Run(Path.GetDirectoryName(directory["x"])!, PrivateMounts.Hung("m") + "$NFSTOOLS fs m/x /proc --timeout 5 --json");

        Assert.Equal(1, code);
        var places = JsonDocument.Parse(output).RootElement;
        Assert.Equal(("fuse", false, JsonValueKind.Null), (Text(places[0], "type"), places[0].GetProperty("responds").GetBoolean(), places[0].GetProperty("magic").ValueKind));
        Assert.StartsWith("it does not answer now; ", Text(places[0], "reason"), StringComparison.Ordinal);
        Assert.True(places[1].GetProperty("responds").GetBoolean());
    }

    [Fact]
    public void A_file_system_that_hangs_cannot_be_measured()
    {
        var (code, output) = PrivateMounts.Run(Path.GetDirectoryName(directory["x"])!, PrivateMounts.Hung("m") + "$NFSTOOLS fs --measure m --timeout 5");

        Assert.Equal(3, code);
        Assert.Contains($"{directory["m"]}: it cannot be measured: the file system does not answer.", output, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    // The last object that the script prints.
    private JsonElement InPrivate(string script)
    {
        var (code, output) = PrivateMounts.Run(Path.GetDirectoryName(directory["x"])!, script);
        Assert.True(code == 0, output);
        return JsonDocument.Parse(output.Split('\n').Last(line => line.StartsWith('{')).TrimEnd(',')).RootElement;
    }
}
