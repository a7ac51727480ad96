using System.Net.Sockets;
using System.Text;

namespace NfsTools.Cli.Tests;

/// <summary>A service manager's end of sd_notify(3).</summary>
internal sealed class NotifySocket : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    /// <param name="address">A path, or a name that begins with @.</param>
    public NotifySocket(string address)
    {
        Address = address;
        socket.Bind(new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address));
    }

    public string Address { get; }

    /// <summary>Sends messages to itself until there is room for no other.</summary>
    public void Fill()
    {
        using var sender = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        sender.Connect(socket.LocalEndPoint!);
        try
        {
            while (true)
            {
                sender.Send("STATUS=\n"u8);
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
        {
            // That is all it holds.
        }
    }

    /// <summary>The next message; null when none comes in time.</summary>
    public string? Receive(TimeSpan? patience = null)
    {
        var buffer = new byte[4096];
        socket.ReceiveTimeout = (int)(patience ?? Patience).TotalMilliseconds;
        try
        {
            return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return null;
        }
    }

    /// <summary>The next message that begins so; those before it are left out.</summary>
    public string Until(string beginning)
    {
        while (Receive() is { } message)
        {
            if (message.StartsWith(beginning, StringComparison.Ordinal))
            {
                return message;
            }
        }

        throw new InvalidOperationException($"No {beginning} came.");
    }

    public void Dispose() => socket.Dispose();
}
