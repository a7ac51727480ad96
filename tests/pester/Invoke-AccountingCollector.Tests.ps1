[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.InvokeAccountingCollectorCommand'
}

Describe 'Invoke-AccountingCollector' {
    BeforeEach {
        $directory = Convert-PathToFile "TestDrive:/$(New-Guid)"
        $null = New-Item $directory -ItemType Directory
        $log = "$directory/lsb.acct"
        $store = "$directory/a.db"
        New-Log $log -Jobs 4
        New-Log "$log.1" -Jobs 3 -FirstId 101
    }

    Context 'with -Once' {
        It 'reads the log and its archives, and writes a summary' {
            $summary = Invoke-AccountingCollector $log $store -Once
            $summary.Records | Should -Be 7
            $summary.Rejects | Should -Be 0
            $summary.Bytes | Should -Be ((Get-Item $log, "$log.1" | Measure-Object Length -Sum).Sum)
            @(Get-AccountingRecord $store).Count | Should -Be 7
        }

        It 'reads nothing twice' {
            $null = Invoke-AccountingCollector $log $store -Once
            Add-Content $log (New-JobLine -JobId 5)
            (Invoke-AccountingCollector $log $store -Once).Records | Should -Be 1
            (Invoke-AccountingCollector $log $store -Once).Bytes | Should -Be 0
        }

        It 'warns of each reject with position and reason, and of many only ten times' {
            Add-Content $log '"JOB_FINISH" "5.1" nonsense'
            $null = Invoke-AccountingCollector $log $store -Once -WarningVariable told -WarningAction SilentlyContinue
            $told.Count | Should -Be 1
            "$told" | Should -Match 'lsb\.acct: byte \d+: .*; kept as a reject'
            1..50 | ForEach-Object { "nonsense $_" } | Add-Content $log
            (Invoke-AccountingCollector $log $store -Once -WarningVariable told -WarningAction SilentlyContinue).Rejects | Should -Be 50
            $told.Count | Should -Be 11
            "$($told[10])" | Should -Match 'Get-AccountingCollector -Rejects'
        }

        It 'tells with -Verbose what it does' {
            $told = (Invoke-AccountingCollector $log $store -Once -Verbose 4>&1) -join "`n"
            $told | Should -Match 'lsb\.acct\.1: [\d,]+ bytes to read'
            $told | Should -Match 'lsb\.acct: [\d,]+ bytes committed: 4 records'
        }

        It 'takes the cluster from the path, or as it is named' {
            $null = New-Item "$directory/prod/logdir" -ItemType Directory
            Copy-Item $log "$directory/prod/logdir/lsb.acct"
            $null = Invoke-AccountingCollector "$directory/prod/logdir/lsb.acct" $store -Once
            $null = Invoke-AccountingCollector $log $store -Once -Cluster test
            (Measure-AccountingRecord -Store $store -GroupBy Cluster).Cluster | Should -Be 'prod', 'test'
        }

        It 'stops a pipeline as a whole when a warning is to stop it' {
            Add-Content $log 'nonsense'
            { Invoke-AccountingCollector $log $store -Once -WarningAction Stop } | Should -Throw
            Test-AccountingStore $store | Should -BeTrue
        }
    }

    Context 'paths' {
        It 'reads archives with names of their own that -Archives tells, and refuses what is no pattern' {
            New-Log "$log.old" -Jobs 2 -FirstId 50
            (Invoke-AccountingCollector $log $store -Archives 'lsb.acct.o*' -Once).Records | Should -Be 9
            { Invoke-AccountingCollector $log "$directory/b.db" -Archives 'a*/b' -Once } | Should -Throw '*is no pattern of archives*'
        }

        It 'refuses a command that is none of those it knows by name, and completes them' {
            { Invoke-AccountingCollector -Command sact -Store $store -Once } | Should -Throw '*no command "sact"*'
            (TabExpansion2 'Invoke-AccountingCollector -Command s').CompletionMatches.CompletionText | Should -Be 'sacct'
        }

        It 'finds the files of a layout that -Layout names, completes them, and refuses another' {
            New-Log "$log-20231114" -Jobs 2 -FirstId 50
            (Invoke-AccountingCollector $log $store -Layout Dated -Once -WarningAction SilentlyContinue).Records | Should -Be 6
            { Invoke-AccountingCollector $log "$directory/b.db" -Layout weekly -Once } | Should -Throw '*no layout "weekly"*'
            (TabExpansion2 'Invoke-AccountingCollector -Layout d').CompletionMatches.CompletionText | Should -Be 'dated', 'daily'
        }

        It 'takes wildcards, archives that match included' {
            (Invoke-AccountingCollector "$directory/lsb.acct*" $store -Once).Records | Should -Be 7
            (Get-AccountingCollector $store).LivePath | Select-Object -Unique | Should -Be $log
        }

        It 'takes [ in a literal path as it is' {
            Copy-Item $log "$directory/odd[1].acct"
            (Invoke-AccountingCollector -LiteralPath "$directory/odd[1].acct" -Store $store -Once).Records | Should -Be 4
        }

        It 'takes relative paths' {
            Push-Location $directory
            try {
                (Invoke-AccountingCollector lsb.acct ./a.db -Once).Records | Should -Be 7
            } finally {
                Pop-Location
            }
        }

        It 'takes texts and files from the pipeline' {
            ($log | Invoke-AccountingCollector -Store $store -Once).Records | Should -Be 7
            (Get-Item $log | Invoke-AccountingCollector -Store $store -Once).Bytes | Should -Be 0
        }

        It 'tells <Id> for <Path> and goes on with the others' -ForEach @(
            @{ Path = 'env:PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument' }
            @{ Path = 'NoDrive:/lsb.acct'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
            @{ Path = 'TestDrive:/nowhere*'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
        ) {
            $summary = Invoke-AccountingCollector $Path, $log $store -Once -ErrorAction SilentlyContinue -ErrorVariable told
            $summary.Records | Should -Be 7
            $told.FullyQualifiedErrorId | Should -BeExactly "$Id,$type"
            $told[0].CategoryInfo.Category | Should -Be $Category
        }
    }

    Context 'errors' {
        It 'ends with CollectorFailed where -Once finds no log' {
            $failure = { Invoke-AccountingCollector "$directory/nowhere" $store -Once } | Should -Throw -ErrorId "CollectorFailed,$type" -PassThru
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }

        It 'ends with <Id> for the store <Path>' -ForEach @(
            @{ Path = 'env:store'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument' }
            @{ Path = 'TestDrive:/nowhere/a.db'; Id = 'StoreUnusable'; Category = 'OpenError' }
        ) {
            $failure = { Invoke-AccountingCollector $log $Path -Once } | Should -Throw -ErrorId "$Id,$type" -PassThru
            $failure.CategoryInfo.Category | Should -Be $Category
        }

        It 'refuses <Name> out of range' -ForEach @(
            @{ Name = 'PollSeconds'; Value = 0 }
            @{ Name = 'PollSeconds'; Value = 3601 }
            @{ Name = 'NulPatienceSeconds'; Value = -1 }
        ) {
            $arguments = @{ $Name = $Value }
            { Invoke-AccountingCollector $log $store -Once @arguments } | Should -Throw -ErrorId "ParameterArgumentValidationError,$type"
        }

        It 'does nothing with -WhatIf' {
            Invoke-AccountingCollector $log $store -Once -WhatIf | Should -BeNullOrEmpty
            Test-Path $store | Should -BeFalse
        }
    }

    Context 'with -ConfigPath' {
        BeforeEach {
            $config = "$directory/collector.yaml"
            Set-Content $config "store: configured.db`nonce: true`nsources:`n  - path: lsb.acct`n    cluster: prod"
        }

        It 'collects what the file names, relative to it' {
            (Invoke-AccountingCollector -ConfigPath $config).Records | Should -Be 7
            (Measure-AccountingRecord -Store "$directory/configured.db" -GroupBy Cluster).Cluster | Should -Be 'prod'
        }

        It 'leaves its metrics in the file that the configuration names' {
            Add-Content $config 'metrics: nfstools.prom'
            Invoke-AccountingCollector -ConfigPath $config | Out-Null
            $metrics = Get-Content "$directory/nfstools.prom"
            $metrics | Should -Contain "nfstools_collector_records_total{store=`"$directory/configured.db`",cluster=`"prod`",path=`"$log`"} 7"
            $metrics | Should -Contain "nfstools_collector_up{store=`"$directory/configured.db`"} 0"
        }

        It 'ends with CollectorFailed where the metrics cannot be written' {
            Add-Content $config 'metrics: nowhere/nfstools.prom'
            { Invoke-AccountingCollector -ConfigPath $config } | Should -Throw '*the metrics cannot be written*' -ErrorId "CollectorFailed,$type"
        }

        It 'lets parameters count more' {
            (Invoke-AccountingCollector -ConfigPath $config -Store $store).Records | Should -Be 7
            Test-Path $store | Should -BeTrue
            Test-Path "$directory/configured.db" | Should -BeFalse
        }

        It 'reaches another store in the way that the file names' {
            Set-Content $config "store: Host=/nowhere`npasswordFile: secret`nsources: [{path: lsb.acct}]"
            { Invoke-AccountingCollector -ConfigPath $config -Store 'Host=/elsewhere' } | Should -Throw "$directory/secret: the password cannot be read*" -ErrorId "StoreUnusable,$type"
        }

        It 'ends with ConfigurationInvalid where "<Setting>" does not go with -Store' -ForEach @(
            @{ Setting = 'role: failover' }
            @{ Setting = 'leaseSeconds: 15' }
            @{ Setting = 'passwordFile: secret' }
        ) {
            Set-Content $config "store: Host=/nowhere`n$Setting`nsources: [{path: lsb.acct}]"
            $expected = "$($Setting.Split(':')[0]) in $config does not go with the store $store.*"
            { Invoke-AccountingCollector -ConfigPath $config -Store $store } | Should -Throw $expected -ErrorId "ConfigurationInvalid,$type"
            Test-Path $store | Should -BeFalse
        }

        It 'ends with ConfigurationInvalid at line and column' {
            Set-Content $config "store: a.db`nsuorces: []"
            $failure = { Invoke-AccountingCollector -ConfigPath $config } | Should -Throw '*collector.yaml:2:1: *suorces*' -ErrorId "ConfigurationInvalid,$type" -PassThru
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }

        It 'ends with ConfigurationInvalid where there is no such file' {
            { Invoke-AccountingCollector -ConfigPath "$directory/nowhere.yaml" } | Should -Throw -ErrorId "ConfigurationInvalid,$type"
        }
    }

    Context 'following' {
        BeforeEach {
            $background = Start-Background 'Invoke-AccountingCollector $log $store' @{ log = $log; store = $store }
        }

        It 'stores what is written while it runs, and stops on Ctrl+C' {
            Wait-Until { (Test-Path $store) -and (Get-AccountingCollector $store -ErrorAction Ignore).Count -eq 2 }
            Add-Content $log (New-JobLine -JobId 5)
            Wait-Until { @(Get-AccountingRecord $store).Count -eq 8 }
            Move-Item "$log.1" "$log.2"
            Move-Item $log "$log.1"
            New-Log $log -Jobs 1 -FirstId 6
            Wait-Until { @(Get-AccountingRecord $store).Count -eq 9 }
            Stop-Background $background | Should -BeLessThan 3000
            Test-AccountingStore $store | Should -BeTrue
            (Get-ChildItem "/proc/$PID/fd" -ErrorAction SilentlyContinue).LinkTarget | Should -Not -Contain $store
        }
    }

    It 'waits for a log that is not there yet' {
        Remove-Item $log, "$log.1"
        $background = Start-Background 'Invoke-AccountingCollector $log $store -PollSeconds 1' @{ log = $log; store = $store }
        Wait-Until { $background.Shell.Streams.Warning.Count -eq 1 }
        "$($background.Shell.Streams.Warning[0])" | Should -Match 'lsb\.acct: the file is not there; waiting for it'
        New-Log $log -Jobs 2
        Wait-Until { @(Get-AccountingRecord $store).Count -eq 2 }
        Stop-Background $background | Should -BeLessThan 3000
    }

    It 'keeps the days of the time zone that a store was made with' {
        Remove-Item "$store*"
        New-Log $log -Jobs 2
        Invoke-AccountingCollector $log $store -Once -TimeZone Europe/Zurich | Out-Null
        (Measure-AccountingRecord $store -GroupBy Day).TimeZone | Select-Object -Unique | Should -Be 'Europe/Zurich'
        { Invoke-AccountingCollector $log $store -Once -TimeZone UTC } | Should -Throw '*are those of Europe/Zurich*'
        { Invoke-AccountingCollector $log $store -Once -TimeZone Europe/Nowhere } | Should -Throw '*not known on this host*'
    }

    It 'completes -Format' {
        Get-CompletionOf 'Invoke-AccountingCollector lsb.acct a.db -Format l' | Should -Be 'lsf'
    }
}
