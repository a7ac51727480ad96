#!/usr/bin/env pwsh
<#
.SYNOPSIS
    Builds, tests and packages the PowerShell module.
.DESCRIPTION
    Build    publishes the module into output/NfsTools/<version>, which Import-Module loads.
    Demo     builds, then collects the sample log into output/demo.db and shows the report by queue.
    Test     runs all tests, the Pester suites among them.
    Pester   runs the Pester suites alone; they build the module themselves.
    Package  builds, then makes output/NfsTools-<version>-<rid>.tar.gz of the module.
    Help     adds to the built module's help what its cmdlets say themselves; Build does it.

    PowerShell itself comes with the checkout: "dotnet tool restore" brings it, "dotnet pwsh ./build.ps1" starts it with this script.
.EXAMPLE
    dotnet pwsh ./build.ps1 -Task Demo
.EXAMPLE
    ./build.ps1; Import-Module ./output/NfsTools
#>
[CmdletBinding()]
param(
    # What to do.
    [ValidateSet('Build', 'Demo', 'Test', 'Pester', 'Package', 'Help')]
    [string] $Task = 'Build'
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3

$version = ([xml](Get-Content -Raw "$PSScriptRoot/Directory.Build.props")).SelectSingleNode('//Version').InnerText
$rid = 'linux-' + [Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture.ToString().ToLowerInvariant()
$output = "$PSScriptRoot/output"
$module = "$output/NfsTools/$version"

function Invoke-Tool {
    param([string] $Name, [string[]] $Arguments)
    & $Name @Arguments
    if ($LASTEXITCODE -ne 0) {
        throw "$Name $Arguments ended with exit code $LASTEXITCODE."
    }
}

function Build-Module {
    if (Test-Path "$output/NfsTools") {
        Remove-Item "$output/NfsTools" -Recurse
    }

    # Intermediate files of their own: a publish for one machine must not disturb what an ordinary build left in obj.
    foreach ($project in 'NfsTools.PowerShell', 'NfsTools.Loader') {
        Invoke-Tool dotnet 'publish', "$PSScriptRoot/src/$project", '--configuration', 'Release', '--runtime', $rid, '--self-contained', 'false',
            '--artifacts-path', "$PSScriptRoot/artifacts/module", '--output', "$module/bin", '--nologo', '-clp:NoSummary', '-v:quiet',
            '-p:DebugType=none', '-p:GenerateDocumentationFile=false'
    }

    Remove-Item "$module/bin/*.deps.json"
    Copy-Item "$PSScriptRoot/module/*", "$PSScriptRoot/LICENSE" $module -Recurse
    $manifest = Test-ModuleManifest "$module/NfsTools.psd1"
    if ($manifest.Version -ne $version) {
        throw "module/NfsTools.psd1 has version $($manifest.Version), Directory.Build.props has $version."
    }

    Invoke-Fresh '-File', $PSCommandPath, '-Task', 'Help'
    Write-Information "The module is in $module" -InformationAction Continue
}

# In a fresh PowerShell: a session that has loaded the module keeps what it loaded.
function Invoke-Fresh {
    param([string[]] $Arguments)
    Invoke-Tool pwsh (@('-NoProfile', '-NonInteractive') + $Arguments)
}

function Show-Demo {
    Build-Module
    Remove-Item "$output/demo.db*"
    Invoke-Fresh '-Command', @"
        `$ErrorActionPreference = 'Stop'
        Set-Location -LiteralPath '$($PSScriptRoot.Replace("'", "''"))'
        Import-Module ./output/NfsTools
        Invoke-AccountingCollector -Path samples/lsb.acct -Store output/demo.db -Once | Format-List
        Measure-AccountingRecord -Store output/demo.db -GroupBy Queue | Format-Table
"@
}

function Test-Project {
    param([string] $Path)
    Invoke-Tool dotnet 'test', $Path, '--nologo'
}

function Compress-Module {
    Build-Module
    $package = "$output/NfsTools-$version-$rid.tar.gz"
    Invoke-Tool tar '-czf', $package, '-C', $output, '--owner=0', '--group=0', "NfsTools/$version"
    Write-Information "The package is $package" -InformationAction Continue
}

# The help file describes; syntax, types, defaults and outputs come from the cmdlets, so that they cannot disagree.
function Complete-Help {
    $file = "$module/en-US/NfsTools.PowerShell.dll-Help.xml"
    $commands = (Import-Module "$output/NfsTools" -PassThru).ExportedCmdlets
    $help = [xml](Get-Content -Raw $file)
    foreach ($node in $help.SelectNodes('//*[local-name() = "command"]')) {
        $command = $commands[$node.details.name]
        $texts = @{
            WhatIf  = 'Say what would be done, and do nothing.'
            Confirm = 'Ask before anything is done.'
        }
        $described = $node.SelectSingleNode('*[local-name() = "parameters"]')
        $described.ChildNodes.ForEach({ $texts[$_.name] = $_.description.para })
        $null = $node.RemoveChild($described)

        $defaults = @{}
        [Activator]::CreateInstance($command.ImplementingType).PSObject.Properties.ForEach({ $defaults[$_.Name] = $_.Value })
        $syntax = Add-Node $node command:syntax
        $parameters = Add-Node $node command:parameters
        $known = [Collections.Generic.HashSet[string]]::new()
        foreach ($set in $command.ParameterSets) {
            $item = Add-Node $syntax command:syntaxItem
            $null = Add-Node $item maml:name -Text $command.Name
            $own = $set.Parameters.Where({ $_.Name -notin [Management.Automation.Cmdlet]::CommonParameters })
            foreach ($parameter in $own | Sort-Object { Get-Rank $_ } -Stable) {
                $text = $texts[$parameter.Name] ?? $parameter.HelpMessage
                $null = Add-ParameterNode $item $parameter -Text $text
                if ($known.Add($parameter.Name)) {
                    $full = Add-ParameterNode $parameters $parameter -Text $text
                    $default = $defaults[$parameter.Name]
                    if ($default -and $default -isnot [array] -and $default -isnot [switch]) {
                        $null = Add-Node $full dev:defaultValue -Text $default
                    }
                }
            }
        }

        $outputs = Add-Node $node command:returnValues
        foreach ($type in $command.OutputType) {
            $value = Add-Node $outputs command:returnValue
            $null = Add-Node (Add-Node $value dev:type) maml:name -Text $type.Name
        }
    }

    $help.Save($file)
}

# Positional parameters first, in their order; then those that must be named; switches of PowerShell's own last.
function Get-Rank {
    param($Parameter)
    if ($Parameter.Name -in [Management.Automation.Cmdlet]::OptionalCommonParameters) { 3000 }
    elseif ($Parameter.Position -ge 0) { $Parameter.Position }
    elseif ($Parameter.IsMandatory) { 1000 }
    else { 2000 }
}

function Add-Node {
    param([Xml.XmlElement] $Parent, [string] $Name, [string] $Text)
    $node = $Parent.OwnerDocument.CreateElement($Name, $Parent.GetNamespaceOfPrefix($Name.Split(':')[0]))
    if ($Text) {
        $node.InnerText = $Text
    }

    $Parent.AppendChild($node)
}

function Add-ParameterNode {
    param([Xml.XmlElement] $Parent, $Parameter, [string] $Text)
    $node = Add-Node $Parent command:parameter
    $pipeline = @(if ($Parameter.ValueFromPipeline) { 'ByValue' }; if ($Parameter.ValueFromPipelineByPropertyName) { 'ByPropertyName' }) -join ', '
    $node.SetAttribute('required', "$($Parameter.IsMandatory)".ToLowerInvariant())
    $node.SetAttribute('position', ($Parameter.Position -ge 0 ? $Parameter.Position : 'named'))
    $node.SetAttribute('pipelineInput', ($pipeline ? "True ($pipeline)" : 'False'))
    $node.SetAttribute('globbing', "$($Parameter.Attributes.TypeId -contains [Management.Automation.SupportsWildcardsAttribute])".ToLowerInvariant())
    $node.SetAttribute('aliases', ($Parameter.Aliases ? $Parameter.Aliases -join ', ' : 'none'))
    $null = Add-Node $node maml:name -Text $Parameter.Name
    $null = Add-Node (Add-Node $node maml:description) maml:para -Text $Text
    $type = [Nullable]::GetUnderlyingType($Parameter.ParameterType) ?? $Parameter.ParameterType
    if ($type -ne [switch]) {
        $name = [Management.Automation.LanguagePrimitives]::ConvertTo($type, [string]) -replace ',.*' -replace '^.*\.'
        (Add-Node $node command:parameterValue -Text $name).SetAttribute('required', 'true')
    }

    $node
}

switch ($Task) {
    'Build' { Build-Module }
    'Demo' { Show-Demo }
    'Test' { Test-Project $PSScriptRoot }
    'Pester' { Test-Project "$PSScriptRoot/tests/NfsTools.PowerShell.Tests" }
    'Package' { Compress-Module }
    'Help' { Complete-Help }
}
