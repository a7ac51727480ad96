[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"
    $analyzer = @(Get-Module PSScriptAnalyzer -ListAvailable | Select-Object -First 1 | ForEach-Object { @{ Analyzer = $_ } })
    $cmdlets = (Get-Module NfsTools).ExportedCmdlets.Keys | Sort-Object | ForEach-Object { @{ Name = $_ } }
}

BeforeAll {
    . "$PSScriptRoot/common.ps1"

    # Runs a script in a fresh PowerShell; what it writes comes back as text.
    function Invoke-Fresh {
        param([string] $Script)
        $prologue = "`$ErrorActionPreference = 'Stop'; `$module = '$($module.Replace("'", "''"))'; "
        pwsh -NoProfile -NonInteractive -Command ($prologue + $Script) 2>&1
    }
}

Describe 'The module NfsTools' {
    It 'exports the cmdlets its manifest names, and nothing else' {
        $manifest = Import-PowerShellDataFile (Get-ChildItem $module -Recurse -Filter NfsTools.psd1)
        $exported = Get-Module NfsTools
        $exported.ExportedCmdlets.Keys | Sort-Object | Should -Be ($manifest.CmdletsToExport | Sort-Object)
        $exported.ExportedFunctions.Count + $exported.ExportedAliases.Count + $exported.ExportedVariables.Count | Should -Be 0
    }

    It 'has a manifest that PowerShell takes' {
        $manifest = Test-ModuleManifest (Get-ChildItem $module -Recurse -Filter NfsTools.psd1) -ErrorAction Stop
        $manifest.PowerShellVersion | Should -Be '7.6'
        $manifest.CompatiblePSEditions | Should -Be 'Core'
        $manifest.Tags | Should -Contain 'Linux'
        $manifest.Tags | Should -Contain 'PSEdition_Core'
        $manifest.LicenseUri | Should -Not -BeNullOrEmpty
    }

    It 'keeps its cmdlets through Import-Module -Force and Remove-Module' {
        $count = (Get-Module NfsTools).ExportedCmdlets.Count
        Invoke-Fresh @'
            Import-Module $module
            1..2 | ForEach-Object { Import-Module $module -Force; (Get-Command -Module NfsTools).Count }
            Remove-Module NfsTools
            (Get-Command Import-AccountingLog -ErrorAction Ignore).Count
            Import-Module $module
            (Get-Module NfsTools).ExportedCmdlets.Count
            (Get-Help Test-AccountingStore).Synopsis.Length -gt 10
'@ | Should -Be $count, $count, 0, $count, 'True'
    }

    It 'is imported in several runspaces at a time' {
        Invoke-Fresh @'
            1..8 | ForEach-Object -Parallel { Import-Module $using:module; (Get-Command -Module NfsTools).Count } -ThrottleLimit 8
'@ | Should -Be (@((Get-Module NfsTools).ExportedCmdlets.Count) * 8)
    }

    It 'keeps its libraries to itself' {
        $config = Convert-PathToFile TestDrive:/collector.yaml
        New-Log TestDrive:/lsb.acct
        Set-Content $config "store: a.db`nsources:`n  - path: lsb.acct"
        $libraries = Invoke-Fresh @"
            Import-Module `$module
            `$null = Invoke-AccountingCollector -ConfigPath '$config' -Once
            [Runtime.Loader.AssemblyLoadContext]::Default.Assemblies.ForEach({ 'default ' + `$_.GetName().Name })
            [Runtime.Loader.AssemblyLoadContext]::All.Where({ `$_.Name -like 'NfsTools*' }).Assemblies.ForEach({ 'own ' + `$_.GetName().Name })
"@
        $libraries | Should -Contain 'own YamlDotNet'
        $libraries | Should -Contain 'own Microsoft.Data.Sqlite'
        $libraries | Should -Contain 'own NfsTools.Core'
        $libraries | Should -Contain 'own NfsTools.Accounting'
        $libraries -match '^default (YamlDotNet|Microsoft\.Data|SQLitePCL|Npgsql|NfsTools\.(?!Loader))' | Should -BeNullOrEmpty
    }

    It 'has no assembly that PowerShell brings itself' {
        $own = (Get-ChildItem "$module/*/bin/*.dll").Name
        $own | Where-Object { Test-Path "$PSHOME/$_" } | Should -BeNullOrEmpty
        $own | Should -Not -Contain 'System.Management.Automation.dll'
    }

    It 'is imported in a moment' {
        $times = 1..3 | ForEach-Object { [int](Invoke-Fresh '$watch = [Diagnostics.Stopwatch]::StartNew(); Import-Module $module; $watch.ElapsedMilliseconds') }
        Write-Information "Import-Module NfsTools: $($times -join ', ') ms" -InformationAction Continue
        $times | Should -BeGreaterThan 0
    }

    It 'gives PSScriptAnalyzer no reason to complain' -ForEach $analyzer -AllowNullOrEmptyForEach {
        Import-Module $Analyzer
        $scripts = Get-ChildItem "$repository/module", $PSScriptRoot, "$repository/build.ps1" -Recurse -Include *.ps1, *.psm1, *.psd1
        $scripts.Count | Should -BeGreaterThan 10
        $scripts | ForEach-Object { Invoke-ScriptAnalyzer $_ } | ForEach-Object { "$($_.ScriptName):$($_.Line): $($_.RuleName)" } | Should -BeNullOrEmpty
    }

    It 'has topics about itself' {
        (Get-Help about_NfsTools) | Should -Match 'Invoke-AccountingCollector'
        (Get-Help about_NfsTools_Accounting) | Should -Match 'Exactly once'
    }

    It 'names in its topic each error id there is' {
        $ids = Select-String -Path "$repository/src/NfsTools.PowerShell/Abstractions/ErrorIds.cs" -Pattern 'const string \w+ = "(\w+)"'
        $ids.Count | Should -BeGreaterThan 5
        $topic = Get-Help about_NfsTools
        $ids.Matches.ForEach({ $topic | Should -Match "\b$($_.Groups[1].Value)\b" })
    }
}

Describe '<Name>' -ForEach $cmdlets {
    BeforeAll {
        $command = Get-Command $Name -Module NfsTools
        $help = Get-Help $Name -Full
        $own = $command.Parameters.Values.Where({
                $_.Name -notin [Management.Automation.Cmdlet]::CommonParameters -and $_.Name -notin [Management.Automation.Cmdlet]::OptionalCommonParameters
            })
    }

    It 'has an approved verb and a singular noun' {
        (Get-Verb).Verb | Should -Contain $command.Verb
        $command.Noun | Should -Not -Match 's$'
    }

    It 'says what it writes' {
        $command.OutputType | Should -Not -BeNullOrEmpty
        $command.OutputType.Type | Should -Not -Contain $null
    }

    It 'has a HelpMessage on each parameter' {
        foreach ($parameter in $own) {
            foreach ($set in $parameter.ParameterSets.Values) {
                $set.HelpMessage | Should -Not -BeNullOrEmpty -Because $parameter.Name
            }
        }
    }

    It 'has help: synopsis, description, syntax of each set, and a text for each parameter' {
        $help.Synopsis | Should -Match '^[A-Z].{10,}\.$'
        $help.description.Text | Should -Not -BeNullOrEmpty
        @($help.syntax.syntaxItem).Count | Should -Be $command.ParameterSets.Count
        foreach ($parameter in $own) {
            ($help.parameters.parameter | Where-Object name -EQ $parameter.Name).description.Text | Should -Not -BeNullOrEmpty -Because $parameter.Name
        }
    }

    It 'describes no parameter that it does not have' {
        $source = [xml](Get-Content "$repository/module/en-US/NfsTools.PowerShell.dll-Help.xml" -Raw)
        $described = $source.helpItems.command.Where({ $_.details.name -eq $Name }).parameters.parameter.name
        $described | Where-Object { $_ -notin $own.Name } | Should -BeNullOrEmpty
    }

    It 'has at least two examples, which PowerShell can read and whose parameters exist' {
        (Get-Help $Name -Examples | Out-String) | Should -Match 'Example 2: '
        $examples = @($help.examples.example)
        $examples.Count | Should -BeGreaterOrEqual 2
        foreach ($example in $examples) {
            $problems = $null
            $code = [Management.Automation.Language.Parser]::ParseInput($example.code, [ref]$null, [ref]$problems)
            $problems | Should -BeNullOrEmpty
            $example.code | Should -Match $Name
            foreach ($call in $code.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true)) {
                $called = Get-Command $call.GetCommandName() -Module NfsTools -ErrorAction Ignore
                foreach ($parameter in $call.CommandElements.Where({ $called -and $_ -is [Management.Automation.Language.CommandParameterAst] })) {
                    { $called.ResolveParameter($parameter.ParameterName) } | Should -Not -Throw
                }
            }
        }
    }
}
