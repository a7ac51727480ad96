[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeDiscovery {
    # Real logs lie beside the repository on the developers' machines, and are not part of it.
    $directory = Split-Path (Split-Path $PSScriptRoot)
    while ($directory -and -not (Test-Path (Join-Path $directory 'shared/data/lsf/lsb.acct'))) {
        $directory = Split-Path $directory
    }

    $realData = @(if ($directory) { @{ Data = Join-Path $directory 'shared/data/lsf' } })
}

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.ImportAccountingLogCommand'
    New-Log TestDrive:/lsb.acct -Jobs 4
    New-Log TestDrive:/lsb.acct.1 -Jobs 3 -FirstId 101
    New-Log 'TestDrive:/odd[1].acct' -Jobs 2
    New-Log TestDrive:/damaged.acct -Jobs 2 -Append '"JOB_FINISH" "5.1" nonsense', (New-JobLine -JobId 3)
}

Describe 'Import-AccountingLog' {
    Context 'records' {
        It 'turns each record into an object with typed properties' {
            $job = Import-AccountingLog TestDrive:/lsb.acct | Select-Object -First 1
            $job.JobId | Should -Be 1
            $job.User | Should -BeExactly 'alice'
            $job.Queue | Should -BeExactly 'night'
            $job.State | Should -BeExactly 'DONE'
            $job.CpuSeconds | Should -Be 50.5
            $job.WaitSeconds | Should -Be 10
            $job.TurnaroundSeconds | Should -Be 110
            $job.EndTime | Should -Be ([DateTimeOffset]::FromUnixTimeSeconds(1700003710))
            $job.PSTypeNames | Should -Contain 'NfsTools.Accounting.Model.JobRecord'
        }

        It 'says where each record was read' {
            $second = @(Import-AccountingLog TestDrive:/lsb.acct)[1]
            $second.Source.Path | Should -Be (Convert-PathToFile TestDrive:/lsb.acct)
            $second.Source.Offset | Should -Be ((Get-Content TestDrive:/lsb.acct -TotalCount 1).Length + 1)
        }

        It 'reads the samples of the repository' {
            @(Import-AccountingLog "$repository/samples/lsb.acct" -ErrorAction Stop).Count | Should -Be 200
        }

        It 'takes the cluster from the path, or as it is named, or calls it default' {
            $null = New-Item TestDrive:/prod/logdir -ItemType Directory
            Copy-Item TestDrive:/lsb.acct TestDrive:/prod/logdir/lsb.acct
            (Import-AccountingLog TestDrive:/prod/logdir/lsb.acct).Cluster | Should -Be (@('prod') * 4)
            (Import-AccountingLog TestDrive:/lsb.acct -Cluster test).Cluster | Should -Be (@('test') * 4)
            (Import-AccountingLog TestDrive:/lsb.acct).Cluster | Should -Be (@('default') * 4)
        }

        It 'reads a last line without its newline' {
            [IO.File]::WriteAllText((Convert-PathToFile TestDrive:/open.acct), (New-JobLine -JobId 7))
            (Import-AccountingLog TestDrive:/open.acct).JobId | Should -Be 7
        }

        It 'reads bytes that are not UTF-8 as Latin-1' {
            $line = [Text.Encoding]::Latin1.GetBytes((New-JobLine -Command "echo `u{e9}") + "`n")
            [IO.File]::WriteAllBytes((Convert-PathToFile TestDrive:/latin.acct), $line)
            (Import-AccountingLog TestDrive:/latin.acct).Command | Should -BeExactly "echo `u{e9}"
        }

        It 'agrees with bacct on real records' -ForEach $realData -AllowNullOrEmptyForEach {
            $jobs = Import-AccountingLog "$Data/lsb.acct*" -ErrorAction SilentlyContinue -ErrorVariable rejects
            $jobs.Count | Should -Be 86
            $rejects.Count | Should -Be 1
            $expected = @{}
            (Get-Content "$Data/bacct.expected.json" -Raw | ConvertFrom-Json).jobs.ForEach({ $expected[[long]$_.jobId] = $_ })
            foreach ($job in $jobs) {
                $bacct = $expected[$job.JobId]
                '{0:F2} {1} {2} {3} {4:F4}' -f $job.CpuSeconds, $job.WaitSeconds, $job.TurnaroundSeconds, $job.SchedulerState.ToLower(), $job.HogFactor |
                    Should -BeExactly "$($bacct.CPU_T) $($bacct.WAIT) $($bacct.TURNAROUND) $($bacct.STATUS) $($bacct.HOG_FACTOR)"
            }
        }
    }

    Context 'paths' {
        It 'takes wildcards' {
            @(Import-AccountingLog TestDrive:/lsb.acct*).Count | Should -Be 7
        }

        It 'takes several paths' {
            @(Import-AccountingLog TestDrive:/lsb.acct, TestDrive:/lsb.acct.1).Count | Should -Be 7
        }

        It 'takes [ in a literal path as it is' {
            @(Import-AccountingLog -LiteralPath 'TestDrive:/odd[1].acct').Count | Should -Be 2
        }

        It 'takes paths relative to the location of the session' {
            Push-Location TestDrive:/
            try {
                @(Import-AccountingLog lsb.acct).Count | Should -Be 4
                @(Import-AccountingLog ./lsb.acct.1).Count | Should -Be 3
            } finally {
                Pop-Location
            }
        }

        It 'takes texts from the pipeline' {
            @('TestDrive:/lsb.acct', 'TestDrive:/lsb.acct.1' | Import-AccountingLog).Count | Should -Be 7
        }

        It 'takes files from the pipeline, [ in their names included' {
            @(Get-ChildItem TestDrive:/ -Filter 'odd*' | Import-AccountingLog).Count | Should -Be 2
        }

        It 'takes objects with a PSPath from the pipeline' {
            @(Get-Item TestDrive:/lsb.acct | Select-Object PSPath | Import-AccountingLog).Count | Should -Be 4
        }
    }

    Context 'errors' {
        It 'tells <Id> for <Path> and goes on with the next' -ForEach @(
            @{ Path = 'TestDrive:/nowhere'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
            @{ Path = 'TestDrive:/nowhere*'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
            @{ Path = 'NoDrive:/lsb.acct'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
            @{ Path = 'env:PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument' }
        ) {
            $jobs = Import-AccountingLog $Path, TestDrive:/lsb.acct -ErrorAction SilentlyContinue -ErrorVariable told
            $jobs.Count | Should -Be 4
            $told.Count | Should -Be 1
            $told[0].FullyQualifiedErrorId | Should -BeExactly "$Id,$type"
            $told[0].CategoryInfo.Category | Should -Be $Category
            $told[0].TargetObject | Should -Be $Path
            $told[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }

        It 'tells LogUnreadable for <Name> and goes on with the next' -ForEach @(
            @{ Name = 'a literal path that is not there'; Literal = 'TestDrive:/nowhere' }
            @{ Name = 'a directory'; Literal = 'TestDrive:/' }
        ) {
            $jobs = Import-AccountingLog -LiteralPath $Literal, TestDrive:/lsb.acct -ErrorAction SilentlyContinue -ErrorVariable told
            $jobs.Count | Should -Be 4
            $told.Count | Should -Be 1
            $told[0].FullyQualifiedErrorId | Should -BeExactly "LogUnreadable,$type"
            $told[0].CategoryInfo.Category | Should -Be 'ReadError'
            $told[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }

        It 'tells RecordRejected with position, reason and remedy, and goes on behind it' {
            $jobs = Import-AccountingLog TestDrive:/damaged.acct -ErrorAction SilentlyContinue -ErrorVariable told
            $jobs.JobId | Should -Be 1, 2, 3
            $told.Count | Should -Be 1
            $told[0].FullyQualifiedErrorId | Should -BeExactly "RecordRejected,$type"
            $told[0].CategoryInfo.Category | Should -Be 'InvalidData'
            $offset = (Get-Content TestDrive:/damaged.acct -TotalCount 2 | Measure-Object Length -Sum).Sum + 2
            $told[0].TargetObject.Offset | Should -Be $offset
            $told[0].TargetObject.Path | Should -Be (Convert-PathToFile TestDrive:/damaged.acct)
            "$($told[0])" | Should -Match "damaged\.acct: byte ${offset}: field 3 "
            $told[0].ErrorDetails.RecommendedAction | Should -Match "tail -c \+$($offset + 1) "
        }

        It 'gives up a file that holds no records with one error, and goes on with the next' {
            1..5000 | ForEach-Object { "line $_ of something else" } | Set-Content TestDrive:/other.txt
            $jobs = Import-AccountingLog TestDrive:/other.txt, TestDrive:/lsb.acct -ErrorAction SilentlyContinue -ErrorVariable told
            $jobs.Count | Should -Be 4
            $told.Count | Should -Be 1
            $told[0].FullyQualifiedErrorId | Should -BeExactly "LogUnreadable,$type"
        }

        It 'tells what a short file without a record seems to be' {
            'nonsense', 'more nonsense' | Set-Content TestDrive:/short.txt
            { Import-AccountingLog TestDrive:/short.txt -ErrorAction Stop } | Should -Throw '*it seems to be text that is no accounting log: none of its 2 lines*' -ErrorId "LogUnreadable,$type"
        }

        It 'takes damage for damage where a record follows' {
            @(1..500 | ForEach-Object { "line $_ of something else" }) + (New-JobLine -JobId 3) | Set-Content TestDrive:/late.txt
            (Import-AccountingLog TestDrive:/late.txt -ErrorAction SilentlyContinue -ErrorVariable told).JobId | Should -Be 3
            $told.Count | Should -Be 500
        }

        It 'stops at the first error where it is told to' {
            { Import-AccountingLog TestDrive:/damaged.acct -ErrorAction Stop } | Should -Throw -ErrorId "RecordRejected,$type"
        }

        It 'refuses a format it does not know, and names those it knows' {
            { Import-AccountingLog TestDrive:/lsb.acct -Format nonsense } | Should -Throw '*nonsense*lsf*' -ErrorId "ParameterArgumentValidationError,$type"
        }
    }

    Context 'the pipeline' {
        It 'ends when a cmdlet behind it has seen enough, and lets go of the file' {
            $log = Convert-PathToFile TestDrive:/enough.acct
            New-Log $log -Jobs 2000
            (Import-AccountingLog $log | Select-Object -First 1).JobId | Should -Be 1
            (Get-ChildItem "/proc/$PID/fd" -ErrorAction SilentlyContinue).LinkTarget | Should -Not -Contain $log
        }

        It 'stops on Ctrl+C' {
            $log = Convert-PathToFile TestDrive:/long.acct
            New-Log $log -Jobs 200
            $background = Start-Background '$null = @(1..100000 | ForEach-Object { $log } | Import-AccountingLog | Measure-AccountingRecord)' @{ log = $log }
            Start-Sleep -Milliseconds 500
            Stop-Background $background | Should -BeLessThan 5000
        }

        It 'completes -Format' {
            Get-CompletionOf 'Import-AccountingLog lsb.acct -Format ' | Should -Contain 'lsf'
        }
    }
}
