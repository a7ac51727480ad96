using System.Data;
using System.Data.Common;
using NfsTools.Interop;

namespace NfsTools.Accounting.Store;

/// <content>How a call reaches the database, over a connection that may have been lost or give no answer.</content>
public sealed partial class AccountingStore
{
    private void Prepare(bool create) => StoreSchema.Prepare(database, create, Address.TimeZone, rebuilds);

    // What was opened and could not be made ready is not open: the next call begins anew.
    private void Open()
    {
        try
        {
            // Nothing is made before it is known that nobody else is at work there.
            if (collects && database.Connection.State != ConnectionState.Open)
            {
                Hold();
            }

            if (database.Open())
            {
                Forget();
                Prepare(create: writes && !rebuilds);
            }
        }
        catch (Exception e)
        {
            // While it can be seen whether the connection broke.
            var told = Told(e);
            Close();
            if (told is null)
            {
                throw;
            }

            throw told;
        }
    }

    // What a database reports, and whatever a driver throws from a connection that broke beneath it, as an error that says what to do.
    private Exception? Told(Exception thrown) => thrown is DbException
        || (database.IsBroken && thrown is not (NfsToolsException or StoreMovedException or LeaseLostException or OperationCanceledException or OutOfMemoryException))
            ? database.Explain(thrown)
            : null;

    private void Forget()
    {
        writer?.Dispose();
        writer = null;
    }

    private void Close()
    {
        Forget();
        database.Close();
    }

    private void Guard(Action work, StoreLease? lease = null) => Guard(
        () =>
        {
            work();
            return true;
        },
        lease);

    /// <summary>Works on the open database, where a lease is needed for it only while that can hold, and turns what it reports into errors that say what to do.</summary>
    private T Guard<T>(Func<T> work, StoreLease? lease = null)
    {
        if (lease is not null && held is { IsHeld: false })
        {
            throw new LeaseLostException($"the lock on the store was lost: {held.LostReason}");
        }

        using var waiting = Pulse?.Waiting(Name);
        return Address.Stop.CanBeCanceled ? Answered(() => Ask(work)) : Ask(work);
    }

    // One that does not answer is left behind: what it may still be at is a transaction that it does wholly or not at all.
    private T Answered<T>(Func<T> question)
    {
        if (left is null)
        {
            var call = Abandonable.Start(question);
            if (Ends(call))
            {
                return call.GetAwaiter().GetResult();
            }

            left = call;
        }

        throw new OperationCanceledException($"{Name}: the database did not answer when it was to be left.", Address.Stop);
    }

    private bool Ends(Task call)
    {
        try
        {
            return Task.WaitAny([call], Address.Stop) == 0;
        }
        catch (OperationCanceledException)
        {
            if (!writes)
            {
                // A change is let end; what is read is of no use any more. To say so may take an answer, too.
                Abandonable.Start(() =>
                {
                    database.Interrupt();
                    return true;
                });
            }

            return Task.WaitAny([call], Grace) == 0;
        }
    }

    private T Ask<T>(Func<T> work)
    {
        try
        {
            Open();
            var result = work();
            database.Confirm();
            return result;
        }
        catch (StoreGoneException)
        {
            Close();
            throw;
        }
        catch (Exception e) when (Told(e) is { } told)
        {
            throw told;
        }
    }
}
