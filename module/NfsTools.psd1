@{
    RootModule           = 'NfsTools.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '04e793db-a8c3-4484-98e5-9cb414f6abb4'
    Author               = 'The NfsTools developers'
    CompanyName          = 'The NfsTools developers'
    Copyright            = '(c) 2026 The NfsTools developers. MIT licence.'
    Description          = 'Makes shared file systems safe to automate on: looks past their clients'' caches, runs jobs on fresh inputs only, and turns the accounting logs of batch systems into a database, each record exactly once, and reports on it.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    TypesToProcess       = @('NfsTools.Types.ps1xml')
    FormatsToProcess     = @('NfsTools.Format.ps1xml')
    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'Add-AccountingRecord'
        'Backup-AccountingStore'
        'ConvertFrom-AccountingLog'
        'Export-AccountingLog'
        'Get-AccountingCollector'
        'Get-AccountingRecord'
        'Get-FileTimestamp'
        'Get-SharedFileSystem'
        'Import-AccountingLog'
        'Invoke-AccountingCollector'
        'Invoke-JobFlow'
        'Invoke-ProtectedJob'
        'Lock-SharedFile'
        'Measure-AccountingRecord'
        'Measure-SharedFileSystem'
        'Test-AccountingStore'
        'Test-FileTimestamp'
        'Test-JobFlow'
        'Unlock-SharedFile'
        'Update-AccountingStore'
        'Wait-SharedFile'
        'Watch-SharedFile'
    )
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags       = @('PSEdition_Core', 'Linux', 'NFS', 'SMB', 'FUSE', 'HPC', 'LSF', 'Slurm', 'PBS', 'GridEngine', 'HTCondor', 'Accounting', 'Batch', 'SQLite')
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}
