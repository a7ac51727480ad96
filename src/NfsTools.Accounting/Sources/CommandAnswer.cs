using System.IO.Pipes;
using System.Text;
using NfsTools.Interop;
using NfsTools.Jobs;

namespace NfsTools.Accounting.Sources;

/// <summary>Asks a command, and takes what it writes: all of it, or nothing.</summary>
internal static class CommandAnswer
{
    /// <summary>No answer has more bytes: a shorter time is asked about then.</summary>
    public const int MostBytes = 64 << 20;

    private const int MostOfError = 4 << 10;

    // Lines have an end; JSON may have none behind it.
    private static ReadOnlySpan<byte> Ends => "\n}]"u8;

    // What it left running may hold its streams open.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Milliseconds.
    private const int LookAgain = 100;

    /// <summary>The answer.</summary>
    /// <param name="command">What is asked.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the command.</param>
    /// <exception cref="CommandFailedException">It could not be started, failed, took too long, or wrote what is not whole.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static ReadOnlyMemory<byte> Of(ChildCommand command, TimeSpan timeout, TimeProvider time, CancellationToken cancellation)
    {
        using var nothing = File.OpenHandle("/dev/null");
        using var output = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        using var error = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var left = new CancellationTokenSource();
        var (answer, isLong) = (new MemoryStream(), false);
        var taking = Read(output, (bytes, _) =>
        {
            if (answer.Length + bytes.Length > MostBytes)
            {
                isLong = true;
                stop.Cancel();
            }

            answer.Write(isLong ? [] : bytes);
        }, left.Token);
        var said = new byte[MostOfError + 1];
        var saying = Read(error, (bytes, before) => bytes[..(int)Math.Min(bytes.Length, Math.Max(0, MostOfError - before))].CopyTo(said.AsSpan((int)Math.Min(before, MostOfError))), left.Token);
        ChildExit end;
        bool isWhole;
        try
        {
            end = new ChildProcess
            {
                Command = command with { Streams = new Dictionary<int, System.Runtime.InteropServices.SafeHandle> { [0] = nothing, [1] = output.ClientSafePipeHandle, [2] = error.ClientSafePipeHandle } },
                Timeout = timeout,
            }.Run(stop.Token, time: time);
        }
        catch (NfsToolsException e)
        {
            throw new CommandFailedException(e.Message.TrimEnd('.'));
        }
        finally
        {
            output.DisposeLocalCopyOfClientHandle();
            error.DisposeLocalCopyOfClientHandle();
            isWhole = Task.WaitAll([taking, saying], Patience);
            left.Cancel();
            Task.WaitAll(taking, saying);
        }

        cancellation.ThrowIfCancellationRequested();
        var why = SafeText.Escaped(Encoding.UTF8.GetString(said.AsSpan(0, Math.Max(0, said.AsSpan().IndexOf((byte)0)))).Trim().ReplaceLineEndings("; "));
        var because = why.Length > 0 ? $": {why}" : "";
        return isLong ? throw TooLong()
            : end.TimedOut ? throw new CommandFailedException($"it did not end within {timeout.TotalSeconds:0.#} s{because}")
            : end.Signal is { } signal ? throw new CommandFailedException($"signal {signal} ended it{because}")
            : end.ExitCode != 0 ? throw new CommandFailedException($"it ended with {end.ExitCode}{because}")
            : !isWhole ? throw new CommandFailedException("it has ended, but what it started still holds its output")
            : answer.Length > 0 && !Ends.Contains(answer.GetBuffer()[answer.Length - 1]) ? throw new CommandFailedException($"its output is cut: the last line has no end{because}")
            : answer.GetBuffer().AsMemory(0, (int)answer.Length);
    }

    /// <summary>What an answer of more than <see cref="MostBytes"/> comes to.</summary>
    public static CommandFailedException TooLong() => new($"it wrote more than {MostBytes >> 20} MiB") { IsTooLong = true };

    private delegate void Taker(ReadOnlySpan<byte> bytes, long before);

    // Up to its end, or until it is given up: a stream that is being read cannot be closed.
    private static Task Read(AnonymousPipeServerStream stream, Taker take, CancellationToken left) => Task.Factory.StartNew(
        () =>
        {
            var (buffer, before) = (new byte[64 << 10], 0L);
            Span<Libc.PollDescriptor> waiting = [new Libc.PollDescriptor { Descriptor = (int)stream.SafePipeHandle.DangerousGetHandle(), Events = Libc.PollIn }];
            while (!left.IsCancellationRequested)
            {
                if (Libc.Poll(waiting, 1, LookAgain) <= 0)
                {
                    continue;
                }

                var read = stream.Read(buffer);
                if (read <= 0)
                {
                    return;
                }

                take(buffer.AsSpan(0, read), before);
                before += read;
            }
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}

/// <summary>A command gave no answer; nothing that it wrote counts.</summary>
/// <param name="message">Why.</param>
internal sealed class CommandFailedException(string message) : IOException(message)
{
    /// <summary>Whether a shorter time may be answered.</summary>
    public bool IsTooLong { get; init; }
}
