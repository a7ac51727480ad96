using System.Globalization;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Coordination;

/// <summary>
/// A lock that one process of all hosts holds at a time, on a file that they share. The file server keeps it, and gives it up
/// when the process ends, however it ends. The file itself stays: who deletes it lets two processes hold locks of one name.
/// While it is held the lock is watched: it is lost when the server says so (EIO on NFSv4), when the file was deleted, replaced
/// or taken by another, and when the file system has not answered for <see cref="Ttl"/>.
/// </summary>
public sealed class SharedLock : IDisposable
{
    private static readonly TimeSpan LongestRelease = TimeSpan.FromSeconds(2);
    private readonly LockFile file;
    private readonly LockPlace place;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource lost = new();
    private readonly Lock asking = new();
    private readonly Lock ending = new();
    private Task<bool>? renewal;
    private bool released;

    /// <summary>Keeps watch over a lock that was taken.</summary>
    /// <param name="file">The locked file, which it closes at its end.</param>
    /// <param name="place">Where that is.</param>
    /// <param name="holder">What is written in it.</param>
    /// <param name="options">How it is watched.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="asked">When the lock was asked for, by that clock.</param>
    internal SharedLock(LockFile file, LockPlace place, LockHolder holder, LockOptions options, TimeProvider clock, long asked)
    {
        (this.file, this.place, Holder, this.clock) = (file, place, holder, clock);
        Lease = place.Lease;
        Ttl = options.Ttl ?? (Lease / 2 is { } half && half < LockOptions.UsualTtl ? half : LockOptions.UsualTtl);
        Lost = lost.Token;
        _ = Task.Run(() => Watch(asked));
    }

    /// <summary>The lock file, absolute.</summary>
    public string Path => place.Path;

    /// <summary>What is written in the lock file: this process, and the lock's epoch.</summary>
    public LockHolder Holder { get; }

    /// <summary>How long the lock may go unconfirmed until it counts as lost.</summary>
    public TimeSpan Ttl { get; }

    /// <summary>How long an NFSv4 server keeps the lock without word from this host; null on other file systems.</summary>
    public TimeSpan? Lease { get; }

    /// <summary>Cancelled when the lock is noticed to be lost; the work it protects must end then. Not by its release.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Why it was lost; empty while it was not.</summary>
    public string LostReason { get; private set; } = "";

    /// <summary>Whether the lock is held, as far as known: neither lost nor released.</summary>
    public bool IsHeld => !released && LostReason.Length == 0;

    /// <summary>Takes a lock; null when another holds it.</summary>
    /// <param name="path">The lock file; made where it is not there, with mode 0600. It holds nothing but the lock's holder.</param>
    /// <param name="options">How; null for the usual way, which does not wait.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NfsToolsException">The file cannot be used for a lock, or its file system does not answer or has locks of this host alone.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static SharedLock? TryAcquire(string path, LockOptions? options = null, CancellationToken cancellation = default) => TryAcquire(path, out _, options, cancellation: cancellation);

    /// <summary>Takes a lock; null when another holds it, after the time to wait is over.</summary>
    /// <param name="path">The lock file; made where it is not there, with mode 0600. It holds nothing but the lock's holder.</param>
    /// <param name="holder">Who holds it now; null where that is another program, or is about to write its name.</param>
    /// <param name="options">How; null for the usual way, which does not wait.</param>
    /// <param name="progress">Is told the holder each time the lock is found held.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NfsToolsException">The file cannot be used for a lock, or its file system does not answer or has locks of this host alone.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static SharedLock? TryAcquire(
        string path, out LockHolder? holder, LockOptions? options = null, IProgress<LockHolder?>? progress = null, TimeProvider? time = null, CancellationToken cancellation = default) =>
        LockAcquisition.Run(path, out holder, options ?? new LockOptions(), progress, time ?? TimeProvider.System, cancellation);

    /// <summary>
    /// Asks whether the lock is held still: at the end of what it protects this tells that it was all along. False when it is
    /// lost, which <see cref="LostReason"/> explains, or was released.
    /// </summary>
    public bool Confirm()
    {
        if (IsHeld)
        {
            try
            {
                Lose(Abandonable.TryRun(Check, Ttl, out var reason, stop.Token) ? reason : NotConfirmed("the file system does not answer"));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                // Released meanwhile.
            }
            catch (Exception e)
            {
                Lose($"it could not be confirmed: {e.Message}");
            }
        }

        return IsHeld;
    }

    /// <summary>Releases the lock. Where the file server does not answer, the lock goes once it does.</summary>
    public void Dispose()
    {
        lock (ending)
        {
            if (released)
            {
                return;
            }

            released = true;
        }

        stop.Cancel();
        Abandonable.TryRun(() => { file.Dispose(); return true; }, LongestRelease, out _);
    }

    /// <summary>Has a guard of the processes that the lock protects hold it too, until they have ended.</summary>
    internal GroupGuard Guard(string mark) => file.Guard(mark);

    // Confirms the lock until it is released or lost. What counts is when the question was asked, not when the answer came.
    private async Task Watch(long confirmed)
    {
        var interval = (Ttl < LockOptions.UsualTtl ? Ttl : LockOptions.UsualTtl) / 3;
        try
        {
            while (IsHeld)
            {
                await Task.Delay(interval, clock, stop.Token).ConfigureAwait(false);
                var asked = clock.GetTimestamp();
                try
                {
                    // A process that was stopped for longer than the ttl, or a host that slept, has one interval to ask.
                    var left = Ttl - clock.GetElapsedTime(confirmed, asked);
                    Lose(await Abandonable.Start(Check).WaitLongAsync(left > interval ? left : interval, clock, stop.Token).ConfigureAwait(false));
                    confirmed = asked;
                }
                catch (TimeoutException)
                {
                    Lose(NotConfirmed("the file system does not answer"));
                }
                catch (IOException e)
                {
                    // Perhaps it passes: the next question tells.
                    Lose(clock.GetElapsedTime(confirmed) < Ttl ? "" : NotConfirmed(e.Message));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Released.
        }
        catch (Exception e)
        {
            // Whatever it is, nobody confirms the lock from here on.
            Lose($"it could not be confirmed: {e.Message}");
        }
    }

    // Why the lock is lost, in words; empty where it is held. An error that says nothing about the lock is thrown.
    private string Check()
    {
        lock (asking)
        {
            try
            {
                if (!file.IsNamed())
                {
                    return "the lock file was deleted or replaced";
                }

                if (file.Read() is var now && now != Holder)
                {
                    return now is null ? "the lock file was emptied or damaged" : $"another has taken it meanwhile: {now}";
                }
            }
            catch (NfsToolsException e)
            {
                return e.Message.TrimEnd('.');
            }
            catch (IOException e) when (e.HResult is Libc.InputOutput or Libc.StaleHandle)
            {
                return $"the file server has given it up: {e.Message}";
            }

            return place.Renews ? Renew() : "";
        }
    }

    // An NFSv3 server that was restarted without this host's hearing of it has forgotten the lock. In its grace period the
    // question hangs, which says nothing: so the answer is taken whenever it comes.
    private string Renew()
    {
        if (renewal is { IsCompletedSuccessfully: true, Result: false })
        {
            return "the file server has given it to another";
        }

        if (renewal?.IsCompleted != false)
        {
            renewal = Abandonable.Start(file.TryLock);
        }

        return "";
    }

    private string NotConfirmed(string why) => string.Create(CultureInfo.InvariantCulture, $"it could not be confirmed for {Ttl.TotalSeconds:0.###} s: {why}");

    private void Lose(string reason)
    {
        lock (ending)
        {
            if (!IsHeld || reason.Length == 0)
            {
                return;
            }

            LostReason = reason;
        }

        lost.Cancel();
    }
}
