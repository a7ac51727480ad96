using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>Which bytes of a client are counted.</summary>
internal enum ClientBytes
{
    All,

    /// <summary>Rows to be copied.</summary>
    Rows,

    /// <summary>Those that come after rows.</summary>
    BehindRows,
}

/// <summary>Stands between a client and the tests' PostgreSQL server: lets connections end, or the client's host freeze, at a byte that the client sends.</summary>
internal sealed class PostgresProxy : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentBag<Socket> sockets = [];
    private readonly ManualResetEventSlim passing = new(true);
    private readonly Lock gate = new();
    private TaskCompletionSource<bool> broken = new();
    private ClientBytes counted;
    private long left = long.MaxValue;
    private long sent, rows, rowsBefore;
    private bool freezes;
    private byte[] lastWords = [];
    private long answersLeft = long.MaxValue;

    public PostgresProxy()
    {
        listener.Bind(new UnixDomainSocketEndPoint(directory[".s.PGSQL.5432"]));
        listener.Listen();
        Start(Accept);
    }

    /// <summary>How many bytes clients have sent, and how many of them were rows to be copied.</summary>
    public (long All, long Rows) Sent
    {
        get
        {
            lock (gate)
            {
                return (sent, rows);
            }
        }
    }

    /// <summary>A store's address, through here.</summary>
    public string Reach(string address) => $"{address};Host={directory["."]};Port=5432";

    /// <summary>Breaks the connection once a client has sent so many more bytes.</summary>
    /// <param name="bytes">How many still arrive.</param>
    /// <param name="which">Which bytes are counted.</param>
    /// <param name="freeze">Whether nothing is passed on from then on, until <see cref="Thaw"/>, rather than the connection ended.</param>
    /// <returns>Whether rows were being copied, once it broke.</returns>
    public Task<bool> BreakAfter(long bytes, ClientBytes which = ClientBytes.All, bool freeze = false)
    {
        lock (gate)
        {
            (left, counted, rowsBefore, freezes, broken) = (bytes, which, rows, freeze, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
            return broken.Task;
        }
    }

    /// <summary>Ends the connection in place of an answer of the server.</summary>
    /// <param name="answers">How many messages of the server still arrive.</param>
    /// <param name="lastWords">What arrives instead of the next one.</param>
    /// <returns>Ends once it happened.</returns>
    public Task EndAfterAnswers(long answers, byte[] lastWords)
    {
        lock (gate)
        {
            (answersLeft, this.lastWords, broken) = (answers, lastWords, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
            return broken.Task;
        }
    }

    /// <summary>Lets what was frozen go on, where the server has not ended it.</summary>
    public void Thaw() => passing.Set();

    public void Dispose()
    {
        listener.Dispose();
        sockets.ToList().ForEach(s => s.Dispose());
        passing.Set();
        directory.Dispose();
    }

    private static void Start(Action work) => new Thread(() =>
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A side has ended the connection, or the test is over.
        }
    })
    { IsBackground = true }.Start();

    private void Accept()
    {
        while (true)
        {
            var client = listener.Accept();
            var at = new NpgsqlConnectionStringBuilder(TestSchema.Server);
            var local = at.Host![0] == '/';
            var server = local ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(client);
            sockets.Add(server);
            server.Connect(local ? new UnixDomainSocketEndPoint($"{at.Host}/.s.PGSQL.{at.Port}") : new DnsEndPoint(at.Host, at.Port));
            Start(() => Pass(client, server, new ClientMessages()));
            Start(() => PassAnswers(server, client));
        }
    }

    private void PassAnswers(Socket from, Socket to)
    {
        using (from)
        using (to)
        {
            var (buffer, messages) = (new byte[65536], new ServerMessages());
            for (int count; (count = from.Receive(buffer)) > 0;)
            {
                passing.Wait();
                var allowed = AllowedAnswers(messages, buffer.AsSpan(0, count));
                Send(to, buffer.AsSpan(0, allowed));
                if (allowed < count)
                {
                    broken.SetResult(true);
                    Send(to, lastWords);
                    return;
                }
            }
        }
    }

    private int AllowedAnswers(ServerMessages messages, ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            foreach (var (i, one) in bytes.ToArray().Index())
            {
                if (messages.Take(one) && answersLeft-- == 0)
                {
                    answersLeft = long.MaxValue;
                    return i;
                }
            }

            return bytes.Length;
        }
    }

    private void Pass(Socket from, Socket to, ClientMessages messages)
    {
        using (from)
        using (to)
        {
            var buffer = new byte[65536];
            for (int count; (count = from.Receive(buffer)) > 0;)
            {
                passing.Wait();
                var allowed = Allowed(messages, buffer.AsSpan(0, count));
                Send(to, buffer.AsSpan(0, allowed));
                if (allowed < count)
                {
                    if (freezes)
                    {
                        passing.Reset();
                    }

                    broken.SetResult(messages.Copying);
                    if (!freezes)
                    {
                        return;
                    }

                    passing.Wait();
                    Send(to, buffer.AsSpan(allowed, count - allowed));
                }
            }
        }
    }

    private static void Send(Socket to, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[to.Send(bytes)..];
        }
    }

    private int Allowed(ClientMessages messages, ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            foreach (var (i, one) in bytes.ToArray().Index())
            {
                if (left == 0 && Counts(messages))
                {
                    left = long.MaxValue;
                    return i;
                }

                messages.Take(one);
                sent++;
                rows += messages.Copying ? 1 : 0;
                left -= Counts(messages) ? 1 : 0;
            }

            return bytes.Length;
        }
    }

    private bool Counts(ClientMessages messages) => counted switch
    {
        ClientBytes.Rows => messages.Copying,
        ClientBytes.BehindRows => !messages.Copying && rows > rowsBefore,
        _ => true,
    };

    /// <summary>Tells the messages of a server apart (PostgreSQL, "Message Formats").</summary>
    private sealed class ServerMessages
    {
        private readonly byte[] header = new byte[5];
        private int read, remaining;
        private bool started;

        /// <summary>Takes a byte; returns whether a message begins with it.</summary>
        public bool Take(byte one)
        {
            if (remaining > 0)
            {
                remaining--;
                return false;
            }

            // A request for encryption is answered by a lone letter.
            started = started || one is (byte)'R' or (byte)'E';
            if (!started)
            {
                return true;
            }

            header[read++] = one;
            if (read < header.Length)
            {
                return read == 1;
            }

            (read, remaining) = (0, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)) - sizeof(int));
            return false;
        }
    }

    /// <summary>Tells the messages of a client apart (PostgreSQL, "Message Formats").</summary>
    private sealed class ClientMessages
    {
        private const int RequestLength = 8;
        private readonly byte[] header = new byte[5];
        private int read, remaining;
        private bool started;

        /// <summary>Whether the last message it sent, or sends, holds rows to be copied.</summary>
        public bool Copying => started && header[0] == 'd';

        public void Take(byte one)
        {
            if (remaining > 0)
            {
                remaining--;
                return;
            }

            // The first message, and a request for encryption before it, have no letter.
            read = read == 0 && !started ? 1 : read;
            header[read++] = one;
            if (read == header.Length)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1));
                (read, remaining, started) = (0, length - sizeof(int), started || length != RequestLength);
            }
        }
    }
}
