using System.Management.Automation;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Store;
using NfsTools.PowerShell.Abstractions;
using NfsTools.PowerShell.Completion;

namespace NfsTools.PowerShell.Commands;

/// <summary>Derives the rows of a store again from the bytes that it keeps.</summary>
[Cmdlet(VerbsData.Update, "AccountingStore", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class UpdateAccountingStoreCommand : AccountingCommand
{
    /// <summary>The store.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The store: an SQLite file, or a PostgreSQL database such as \"Host=db;Database=accounting\". No collector may be at work on it.")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string Store { get; set; } = "";

    /// <summary>The time zone of its days from now on.</summary>
    [Parameter(HelpMessage = StoreRebuild.TimeZoneHelp)]
    [ArgumentCompleter(typeof(TimeZoneCompleter))]
    [ValidateNotNullOrEmpty]
    public string? TimeZone { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ResolveStore(Store, ThrowTerminatingError) is not { } address || !ShouldProcess(address.Name, "Derive all rows again"))
        {
            return;
        }

        RequireTimeZone();
        try
        {
            var bytes = StoreRebuild.Run(address.With(null, allowNetwork: !address.IsServer), TimeZone, cancellation: StopToken);
            WriteVerbose($"{address.Name}: derived from {bytes} bytes");
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(StoreError(e, address.Name));
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
    }

    private void RequireTimeZone()
    {
        try
        {
            _ = TimeZone is null ? null : DayCalendar.Of(TimeZone);
        }
        catch (NfsToolsException e)
        {
            ThrowTerminatingError(Error(e, ErrorIds.ConfigurationInvalid, ErrorCategory.InvalidArgument, TimeZone!));
        }
    }
}
