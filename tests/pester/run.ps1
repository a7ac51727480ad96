<#
.SYNOPSIS
    Runs every suite here against the built module; ends with one line "N passed, N failed" and exits with 1 if any failed.
#>
[CmdletBinding()]
param(
    # Suites to run; all where none is named.
    [string[]] $Path = $PSScriptRoot,
    # The Pester to run them with: a path, or the newest that is installed.
    [string] $Pester = 'Pester',
    # The built module.
    [string] $Module = "$PSScriptRoot/../../output/NfsTools"
)

$ErrorActionPreference = 'Stop'
$env:NFSTOOLS_MODULE = $Module
# Text that the suites compare has numbers and times in it: these do not depend on who runs them.
[cultureinfo]::CurrentCulture = [cultureinfo]::DefaultThreadCurrentCulture = [cultureinfo]::InvariantCulture
Import-Module $Pester
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$result = Invoke-Pester -Configuration $configuration
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
"$($result.PassedCount) passed, $failed failed"
exit [int]($failed -gt 0 -or $result.PassedCount -eq 0)
