[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.ConvertFromAccountingLogCommand'
    New-Log TestDrive:/lsb.acct -Jobs 4
}

Describe 'ConvertFrom-AccountingLog' {
    It 'turns lines of the pipeline into records' {
        $jobs = Get-Content TestDrive:/lsb.acct | ConvertFrom-AccountingLog
        $jobs.JobId | Should -Be 1, 2, 3, 4
        $jobs[0].User | Should -BeExactly 'alice'
    }

    It 'takes lines as an argument' {
        @(ConvertFrom-AccountingLog (Get-Content TestDrive:/lsb.acct)).Count | Should -Be 4
        @(ConvertFrom-AccountingLog -InputObject (New-JobLine -JobId 9)).JobId | Should -Be 9
    }

    It 'takes what Select-String found' {
        @(Select-String -Path TestDrive:/lsb.acct -Pattern '"bob"' | ConvertFrom-AccountingLog).User | Should -Be 'bob', 'bob'
    }

    It 'gives the same records as Import-AccountingLog' {
        $store = Convert-PathToFile TestDrive:/same.db
        Import-AccountingLog TestDrive:/lsb.acct | Add-AccountingRecord $store
        Get-Content TestDrive:/lsb.acct | ConvertFrom-AccountingLog | Add-AccountingRecord $store -ErrorAction Stop
        @(Get-AccountingRecord $store).Count | Should -Be 4
    }

    It 'joins a record that goes on over several lines' {
        $lines = (New-JobLine -JobId 5 -Command "first`nsecond").Split("`n") + (New-JobLine -JobId 6)
        $jobs = $lines | ConvertFrom-AccountingLog
        $jobs.JobId | Should -Be 5, 6
        $jobs[0].Command | Should -BeExactly "first`nsecond"
    }

    It 'passes over comments and blank lines' {
        @('# a comment', '', (New-JobLine) | ConvertFrom-AccountingLog -ErrorAction Stop).Count | Should -Be 1
    }

    It 'writes a record as soon as its line is there' {
        $first = & { New-JobLine -JobId 1; throw 'The second line was asked for.' } | ConvertFrom-AccountingLog | Select-Object -First 1
        $first.JobId | Should -Be 1
    }

    It 'files records under -Cluster, or under default' {
        (New-JobLine | ConvertFrom-AccountingLog -Cluster prod).Cluster | Should -BeExactly 'prod'
        (New-JobLine | ConvertFrom-AccountingLog).Cluster | Should -BeExactly 'default'
    }

    It 'tells RecordRejected with the number of the line, and goes on behind it' {
        $lines = (New-JobLine -JobId 1 -Command "two`nlines").Split("`n") + '# a comment' + '"JOB_FINISH" "5.1" nonsense' + (New-JobLine -JobId 2)
        $jobs = $lines | ConvertFrom-AccountingLog -ErrorAction SilentlyContinue -ErrorVariable told
        $jobs.JobId | Should -Be 1, 2
        $told.Count | Should -Be 1
        $told[0].FullyQualifiedErrorId | Should -BeExactly "RecordRejected,$type"
        $told[0].CategoryInfo.Category | Should -Be 'InvalidData'
        $told[0].TargetObject | Should -Be 4
        "$($told[0])" | Should -Match '^line 4: '
    }

    It 'tells of a record that the input leaves unfinished' {
        $half = (New-JobLine).Substring(0, 60)
        $half | ConvertFrom-AccountingLog -ErrorAction SilentlyContinue -ErrorVariable told | Should -BeNullOrEmpty
        $told.FullyQualifiedErrorId | Should -BeExactly "RecordRejected,$type"
    }

    It 'stops at the first error where it is told to' {
        { 'nonsense' | ConvertFrom-AccountingLog -ErrorAction Stop } | Should -Throw -ErrorId "RecordRejected,$type"
    }

    It 'refuses a format it does not know' {
        { New-JobLine | ConvertFrom-AccountingLog -Format nonsense } | Should -Throw '*nonsense*lsf*' -ErrorId "ParameterArgumentValidationError,$type"
    }

    It 'completes -Format' {
        Get-CompletionOf 'ConvertFrom-AccountingLog -Format l' | Should -Be 'lsf'
    }
}
