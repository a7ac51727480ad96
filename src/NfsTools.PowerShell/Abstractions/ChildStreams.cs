using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>
/// Takes what a command writes, line by line as it comes: threads of their own read both streams, so that neither can block
/// the other, and a bounded queue hands the lines over to the pipeline's thread. Where that is slow, so is the command.
/// </summary>
internal sealed class ChildStreams : IDisposable
{
    private const int MostQueued = 256;

    // The command has ended, but what it left running has its streams still: so long is waited for more lines, all in all.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly AnonymousPipeServerStream output = new(PipeDirection.In, HandleInheritability.None);
    private readonly AnonymousPipeServerStream error = new(PipeDirection.In, HandleInheritability.None);
    private readonly SafeHandle? nothing;
    private readonly BlockingCollection<Action> queue = new(MostQueued);
    private readonly CancellationTokenSource closed = new();
    private readonly Encoding encoding;

    /// <param name="encoding">The encoding of what the command writes.</param>
    /// <param name="input">The command may read this process's standard input; otherwise there is nothing to read.</param>
    public ChildStreams(Encoding encoding, bool input) =>
        (this.encoding, nothing) = (encoding, input ? null : File.OpenHandle("/dev/null"));

    /// <summary>The streams for the command.</summary>
    public IReadOnlyDictionary<int, SafeHandle> Ends
    {
        get
        {
            var ends = new Dictionary<int, SafeHandle> { [1] = output.ClientSafePipeHandle, [2] = error.ClientSafePipeHandle };
            if (nothing is not null)
            {
                ends[0] = nothing;
            }

            return ends;
        }
    }

    /// <summary>Has something done on the pipeline's thread, in its turn.</summary>
    public void Post(Action action)
    {
        try
        {
            queue.Add(action, closed.Token);
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more.
        }
    }

    /// <summary>Runs the command's job, and takes what it writes, on the pipeline's thread. However it is left, the job has ended then.</summary>
    /// <param name="job">The job, which is called on a thread of its own.</param>
    /// <param name="takeOutput">Takes a line of standard output, on the pipeline's thread.</param>
    /// <param name="takeError">Takes a line of standard error, likewise.</param>
    /// <param name="cancellation">Ends the job.</param>
    public T Run<T>(Func<CancellationToken, T> job, Action<string> takeOutput, Action<string> takeError, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var open = 3;
        var ended = false;
        Start(() => Read(output, takeOutput));
        Start(() => Read(error, takeError));
        var running = Start(() =>
        {
            try
            {
                return job(stop.Token);
            }
            finally
            {
                output.DisposeLocalCopyOfClientHandle();
                error.DisposeLocalCopyOfClientHandle();
                Post(() => (ended, open) = (true, open - 1));
            }
        });
        try
        {
            for (var patience = Patience; open > 0;)
            {
                var since = Stopwatch.GetTimestamp();
                if (!queue.TryTake(out var next, ended ? (int)patience.TotalMilliseconds : Timeout.Infinite, cancellation))
                {
                    break;
                }

                var waited = ended ? Stopwatch.GetElapsedTime(since) : TimeSpan.Zero;
                patience = waited < patience ? patience - waited : TimeSpan.Zero;
                next();
            }
        }
        finally
        {
            stop.Cancel();
            closed.Cancel();
            ((IAsyncResult)running).AsyncWaitHandle.WaitOne();
        }

        return running.GetAwaiter().GetResult();

        int Read(Stream stream, Action<string> take)
        {
            using var reader = new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: false);
            while (!closed.IsCancellationRequested && reader.ReadLine() is { } line)
            {
                Post(() => take(line));
            }

            Post(() => open--);
            return 0;
        }
    }

    /// <summary>Closes what the command does not have any more.</summary>
    public void Dispose()
    {
        nothing?.Dispose();
        output.DisposeLocalCopyOfClientHandle();
        error.DisposeLocalCopyOfClientHandle();
    }

    private static Task<T> Start<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
