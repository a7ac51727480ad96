[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    New-Log TestDrive:/lsb.acct -Jobs 4
    $evil = "x`e]0;title`a`e[31m`u{202e}y`nz"
    $job = New-JobLine -JobId 7 -User $evil -Queue $evil -Project $evil -Name $evil -Command $evil | ConvertFrom-AccountingLog
    $steering = "[\p{Cc}\p{Cf}-[\r\n]]"
}

Describe 'What is shown by default' {
    It 'is a table for jobs' {
        $text = Import-AccountingLog TestDrive:/lsb.acct | Out-String -Width 110
        $text | Should -Match 'JobId +User +Queue +Project +State +Cpu +Wait +Turnaround +EndTime'
        $text | Should -Match '1 +alice +night +atlas +DONE +50\.50 +10 +110 +2023-11-14 23:15:10Z'
    }

    It 'shows the element of a job array' {
        New-JobLine -JobId 7 -Index 12 | ConvertFrom-AccountingLog | Out-String -Width 110 | Should -Match '7\[12\] +alice'
    }

    It 'is a table for groups of jobs' {
        $text = Import-AccountingLog TestDrive:/lsb.acct | Where-Object Queue -EQ night | Measure-AccountingRecord -GroupBy User | Out-String -Width 110
        $text | Should -Match 'Group +Jobs +Done +Exited +CPU +Wait +Turnaround +Run +Hog +Expansion +MaxMem'
        $text | Should -Match 'alice +1 +1 +0 +50\.5 +10 +110 +100 +0\.4591 +1\.10 +2M'
    }

    It 'calls a total of all jobs so' {
        Import-AccountingLog TestDrive:/lsb.acct | Measure-AccountingRecord | Out-String -Width 110 | Should -Match 'total +4 +4 +0'
    }

    It 'is a table for logs, rejects and summaries' {
        $store = Convert-PathToFile TestDrive:/a.db
        New-Log TestDrive:/more.acct -Jobs 2 -Append 'nonsense'
        Invoke-AccountingCollector TestDrive:/more.acct $store -Once -WarningAction SilentlyContinue | Out-String -Width 110 | Should -Match 'Bytes +Records +Duplicates +Rejects +Elapsed'
        Get-AccountingCollector $store | Out-String -Width 110 | Should -Match 'Cluster +File +Position +LagBytes +Lag\(s\) +Records +Rejects +CommittedAt'
        Get-AccountingCollector $store -Rejects | Out-String -Width 160 | Should -Match 'Path +Offset +Length +Reason'
        Get-AccountingCollector $store -Rejects | Format-List | Out-String | Should -Match 'Text +: nonsense'
        Test-AccountingStore $store -Detailed | Out-String | Should -Match 'Holds +: True'
    }

    It 'is a table or a list for records of other kinds' {
        $records = @(
            '"EVENT_ADRSV_FINISH" "10.1" 1704067200 1704060000 1 0 "alice#1" "alice" "1-2" "root" 3600 1 "lx01" 4'
            '"JOB_RESIZE" "10.1" 1704067200 12 3 1704060000 1000 "alice" 0 1704060000 0 1 "lx01" 0 0'
        ) | ConvertFrom-AccountingLog -ErrorAction Stop
        $records | Out-String -Width 110 | Should -Match 'EVENT_ADRSV_FINISH +2024-01-01 00:00:00Z +default +alice'
        $records[0] | Format-List | Out-String | Should -Match 'Hosts +: lx01 4'
        $records[1] | Format-List | Out-String | Should -Match 'HostLists +: \[\] \[lx01\] \[\] \[\]'
    }

    It 'lets no character of a job steer the terminal in <Name>' -ForEach @(
        @{ Name = 'the table'; Show = { $job | Out-String -Width 200 } }
        @{ Name = 'the list'; Show = { $job | Format-List | Out-String -Width 200 } }
        @{ Name = 'groups'; Show = { $job | Measure-AccountingRecord -GroupBy User, Project | Out-String -Width 200 } }
        @{ Name = 'the list of a group'; Show = { $job | Measure-AccountingRecord -GroupBy User | Format-List | Out-String -Width 200 } }
    ) {
        $text = & $Show
        $text | Should -Match 'x\?\]0;tit'
        $text | Should -Not -Match $steering
    }

    It 'leaves the properties as they are' {
        $job.Project | Should -BeExactly $evil
    }
}
