using NfsTools.Stamps;

namespace NfsTools.Core.Tests.Stamps;

public sealed class FileSystemMeasurementTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void On_a_local_directory_the_clocks_agree_and_the_probe_is_gone_afterwards()
    {
        Directory.CreateDirectory(directory["d"]);

        var measured = FileSystemMeasurement.Measure(directory["d"], cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(directory["d"], measured.Path);
        Assert.True(measured.ClockOffset.Duration() <= measured.ClockError + TimeSpan.FromSeconds(1), $"{measured.ClockOffset} ± {measured.ClockError}");
        Assert.True(measured.ClockError >= TimeSpan.Zero);
        Assert.True(measured.TimeGranularity > TimeSpan.Zero);
        Assert.True(measured.RoundTrip >= TimeSpan.Zero);
        Assert.False(measured.LocksReachOtherHosts);
        Assert.NotEmpty(measured.LockReason);
        Assert.Empty(Directory.GetFileSystemEntries(directory["d"]));
    }

    [Fact]
    public void A_host_whose_clock_is_behind_sees_the_server_ahead()
    {
        Directory.CreateDirectory(directory["d"]);
        var behind = TimeSpan.FromHours(1);

        var measured = FileSystemMeasurement.Measure(directory["d"], time: new ShiftedClock(-behind), cancellation: TestContext.Current.CancellationToken);

        Assert.True((measured.ClockOffset - behind).Duration() <= measured.ClockError + TimeSpan.FromSeconds(1), $"{measured.ClockOffset} ± {measured.ClockError}");
    }

    [Theory]
    [InlineData("/proc/self")]
    [InlineData("/nonexistent/directory")]
    [InlineData("/etc/passwd")]
    public void Where_nothing_can_be_written_that_is_said(string path)
    {
        var error = Assert.Throws<NfsToolsException>(() => FileSystemMeasurement.Measure(path, cancellation: TestContext.Current.CancellationToken));

        Assert.StartsWith($"{path}: it cannot be measured: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("may be written to", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_measurement_that_is_stopped_leaves_no_probe()
    {
        Directory.CreateDirectory(directory["d"]);
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => FileSystemMeasurement.Measure(directory["d"], cancellation: stop.Token));
        Assert.Empty(Directory.GetFileSystemEntries(directory["d"]));
    }

    private sealed class ShiftedClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
