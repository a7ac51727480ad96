using System.Management.Automation;
using NfsTools.Accounting.Store;
using NfsTools.PowerShell.Abstractions;

namespace NfsTools.PowerShell.Commands;

/// <summary>Proves that stores account for every byte that was read, or says what does not hold.</summary>
[Cmdlet(VerbsDiagnostic.Test, "AccountingStore", SupportsShouldProcess = true)]
[OutputType(typeof(bool), typeof(StoreVerification))]
public sealed class TestAccountingStoreCommand : AccountingCommand
{
    /// <summary>The stores.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, HelpMessage = "The stores that a collector writes: SQLite files or connection strings of PostgreSQL databases.")]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string[] Store { get; set; } = [];

    /// <summary>The file with the database's password.</summary>
    [Parameter(HelpMessage = StoreAddress.PasswordFileHelp)]
    [ValidateNotNullOrEmpty]
    [PathText]
    public string? PasswordFile { get; set; }

    /// <summary>Write what was found.</summary>
    [Parameter(HelpMessage = "Write what was found, with every difference, instead of true or false.")]
    public SwitchParameter Detailed { get; set; }

    /// <summary>Only count.</summary>
    [Parameter(HelpMessage = StoreVerification.QuickHelp)]
    public SwitchParameter Quick { get; set; }

    /// <summary>Losses to accept.</summary>
    [Parameter(HelpMessage = StoreVerification.AcceptMissingHelp)]
    [ValidateNotNullOrEmpty]
    [ValidateRange(1, long.MaxValue)]
    public long[] AcceptMissing { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Store)
        {
            if (AcceptMissing.Length == 0 || Accept(path))
            {
                UseStore(path, PasswordFile, store => Write(store.Name, store.Verify(Quick)), WriteError);
            }
        }
    }

    // Whether they were.
    private bool Accept(string path)
    {
        var accepted = false;
        if (ShouldProcess(path, $"Accept the loss of what is missing of {string.Join(", ", AcceptMissing)}"))
        {
            UseStore(
                path, PasswordFile,
                store =>
                {
                    store.AcceptMissing(AcceptMissing);
                    accepted = true;
                },
                WriteError, write: true);
        }

        return accepted;
    }

    private void Write(string file, StoreVerification found)
    {
        WriteVerbose($"{file}: {found.Bytes} bytes of {found.Generations} generations = {found.RecordBytes} in records + {found.RejectBytes} in rejects + {found.FillerBytes} in comments and blank lines; {found.Jobs} jobs");
        foreach (var difference in found.Differences.Concat(found.Accepted))
        {
            WriteVerbose($"{file}: {difference}");
        }

        if (Detailed)
        {
            WriteObject(found);
        }
        else
        {
            WriteObject(found.Holds);
        }
    }
}
