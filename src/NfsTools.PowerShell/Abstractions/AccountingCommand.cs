using NfsTools.Accounting.Sources;
using System.Management.Automation;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Store;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>A cmdlet of the accounting side: it may work on a store.</summary>
public abstract class AccountingCommand : NfsToolsCommand
{
    /// <summary>What -Format means.</summary>
    protected const string FormatHelp = "The log's format. " + CollectorSource.FormatHelp;

    /// <summary>Opens a store that is there, works on it and closes it. Ctrl+C ends a query under way.</summary>
    /// <param name="path">The store as the user named it.</param>
    /// <param name="passwordFile">The file with the database's password as the user named it; null for none.</param>
    /// <param name="work">The work; it may write objects.</param>
    /// <param name="fail">Takes the error when the store cannot be used: WriteError to go on, ThrowTerminatingError to end.</param>
    /// <param name="write">Open it to write.</param>
    private protected void UseStore(string path, string? passwordFile, Action<AccountingStore> work, Action<ErrorRecord> fail, bool write = false)
    {
        var password = passwordFile is null ? null : ResolveFile(passwordFile, fail);
        if (ResolveStore(path, fail) is not { } address || (passwordFile is not null && password is null))
        {
            return;
        }

        try
        {
            address = address.With(password, allowNetwork: false);
            if (address.Misfit is { } misfit)
            {
                throw new NfsToolsException($"{StoreMisfit.Describe("-PasswordFile", address)}.", misfit.Remedy);
            }

            using (var store = AccountingStore.OpenToRead(address.Until(StopToken)))
            {
                if (!write)
                {
                    work(store);
                    return;
                }
            }

            // A collector uses it on a network file system only where it was asked to.
            using var writing = AccountingStore.OpenToWrite(address.With(password, allowNetwork: !address.IsServer).Until(StopToken));
            work(writing);
        }
        catch (NfsToolsException e)
        {
            fail(StoreError(e, address.Name));
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Opens a store to write, creating it where there is none; one that cannot be used ends the cmdlet.</summary>
    private protected AccountingStore OpenToWrite(StoreAddress address, bool collects = false)
    {
        try
        {
            return collects ? AccountingStore.OpenToCollect(address.Until(StopToken)) : AccountingStore.OpenToWrite(address.Until(StopToken));
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(StoreError(e, address.Name));
            throw;
        }
    }

    /// <summary>The store behind what the user wrote, a file or a connection string; null where that names none, after the error was told.</summary>
    private protected StoreAddress? ResolveStore(string store, Action<ErrorRecord> fail)
    {
        try
        {
            return StoreAddress.NamesServer(store) ? StoreAddress.Parse(store) : ResolveFile(store, fail) is { } file ? StoreAddress.OfFile(file) : null;
        }
        catch (NfsToolsException e)
        {
            fail(StoreError(e, store: ""));
            return null;
        }
    }

    /// <summary>The file name behind what the user wrote; null where that names no file, after the error was told.</summary>
    private protected string? ResolveFile(string path, Action<ErrorRecord> fail)
    {
        try
        {
            return FilePaths.Literal(this, path);
        }
        catch (SessionStateException e)
        {
            fail(FilePaths.Error(e, path));
            return null;
        }
    }

    /// <summary>The times from one to before another, where clocks are those of these days; where there is none between them, that ends the cmdlet.</summary>
    private protected (DateTimeOffset? From, DateTimeOffset? To) Period(StoreTime? from, StoreTime? to, DayCalendar days)
    {
        var (first, end) = (from?.In(days), to?.In(days));
        if (first >= end)
        {
            var empty = new NfsToolsException("-From is not before -To.", "The time meant begins with -From and ends before -To: for one day, name the next day as -To.");
            ThrowTerminatingError(Error(empty, ErrorIds.EmptyPeriod, ErrorCategory.InvalidArgument, to!));
        }

        return (first, end);
    }

    /// <summary>Writes the file that was made, as Get-Item does: with what views show of it.</summary>
    private protected void WriteFile(string path) => WriteObject(File.Exists(path) ? InvokeProvider.Item.Get([path], force: true, literalPath: true).Single() : new FileInfo(path));

    /// <summary>The error of a store that cannot be used.</summary>
    private protected static ErrorRecord StoreError(NfsToolsException exception, string store) =>
        Error(exception, ErrorIds.StoreUnusable, ErrorCategory.OpenError, store);
}
