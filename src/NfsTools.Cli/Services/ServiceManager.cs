using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace NfsTools.Cli.Services;

/// <summary>Tells the service manager that started this process how it stands (sd_notify(3)); without one it tells nobody.</summary>
internal sealed class ServiceManager : IDisposable
{
    private const double MicrosecondsPerSecond = 1_000_000;

    // How long a message waits for room where the manager has not read those before it; then it is left out.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly Socket? socket;
    private readonly UnixDomainSocketEndPoint? manager;

    /// <param name="address">The manager's socket (NOTIFY_SOCKET); null or empty for no manager.</param>
    /// <param name="watchdogMicroseconds">How often a sign of life is wanted (WATCHDOG_USEC).</param>
    /// <param name="watchdogProcess">Of whom (WATCHDOG_PID).</param>
    public ServiceManager(string? address, string? watchdogMicroseconds, string? watchdogProcess)
    {
        if (address is not ['/' or '@', _, ..])
        {
            return;
        }

        manager = new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address);
        socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = (int)Patience.TotalMilliseconds };
        if (ulong.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var interval) && interval > 0
            && (string.IsNullOrEmpty(watchdogProcess) || watchdogProcess == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)))
        {
            WatchdogInterval = TimeSpan.FromSeconds(interval / MicrosecondsPerSecond);
        }
    }

    /// <summary>After so long without a sign of life this process is killed; null where nobody watches over it.</summary>
    public TimeSpan? WatchdogInterval { get; }

    /// <summary>The manager that the environment names.</summary>
    public static ServiceManager OfEnvironment() => new(
        Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID"));

    /// <summary>The work has begun, or goes on by a configuration that was read again.</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    /// <summary>The configuration is being read again.</summary>
    public void Reloading() =>
        Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={(long)(Stopwatch.GetTimestamp() * (MicrosecondsPerSecond / Stopwatch.Frequency))}"));

    /// <summary>The work is being ended.</summary>
    public void Stopping() => Send("STOPPING=1");

    /// <summary>What there is to say, in one line.</summary>
    public void Status(string status) => Send($"STATUS={status}");

    /// <summary>A sign of life, for who wants one.</summary>
    public void Alive()
    {
        if (WatchdogInterval is not null)
        {
            Send("WATCHDOG=1");
        }
    }

    public void Dispose() => socket?.Dispose();

    private void Send(string message)
    {
        try
        {
            socket?.SendTo(System.Text.Encoding.UTF8.GetBytes(message), manager!);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A manager that does not listen is no reason to stop, nor to stand still.
        }
    }
}
