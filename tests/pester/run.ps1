<#
.SYNOPSIS
    Runs every suite here against the built module, in one PowerShell; ends with one line "N passed, N failed" and exits with 1 if
    any failed.
#>
[CmdletBinding()]
param(
    # Suites to run; all where none is named.
    [string[]] $Path = $PSScriptRoot,
    # The Pester to run them with: a path, or the newest that is installed.
    [string] $Pester = 'Pester',
    # The built module.
    [string] $Module = "$PSScriptRoot/../../output/NfsTools",
    # A file that gets, as JSON, how many tests of each suite passed, and what failed.
    [string] $Report
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
if ($Report) {
    $broken = @($result.Failed) + @($result.FailedBlocks)
    ConvertTo-Json -InputObject @(
        foreach ($container in $result.Containers) {
            $suite = "$($container.Item)"
            @{
                Suite = Split-Path -Leaf $suite
                Passed = $container.PassedCount
                Failures = @(
                    $broken | Where-Object { $_.ScriptBlock.File -eq $suite } | ForEach-Object { "$($_.ExpandedPath): $(@($_.ErrorRecord) -join "`n")" }
                    $container.ErrorRecord | ForEach-Object { "$_" }
                )
            }
        }
    ) -Depth 3 | Set-Content $Report
}

$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
"$($result.PassedCount) passed, $failed failed"
exit [int]($failed -gt 0 -or $result.PassedCount -eq 0)
