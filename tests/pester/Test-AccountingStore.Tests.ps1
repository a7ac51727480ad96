[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.TestAccountingStoreCommand'
    $log = Convert-PathToFile TestDrive:/lsb.acct
    $good = Convert-PathToFile 'TestDrive:/good[1].db'
    $bad = Convert-PathToFile TestDrive:/bad.db
    New-Log $log -Jobs 4 -Append '# a comment', 'nonsense'
    $null = $good, $bad | ForEach-Object { Invoke-AccountingCollector $log $_ -Once -WarningAction SilentlyContinue }
    Invoke-Sql $bad 'DELETE FROM job_record WHERE job_id = 2'
}

Describe 'Test-AccountingStore' {
    It 'writes true for a store that is complete, false for one that is not' {
        Test-AccountingStore $good | Should -BeExactly $true
        Test-AccountingStore $bad | Should -BeExactly $false
    }

    It 'writes with -Detailed what was found' {
        $found = Test-AccountingStore $good -Detailed
        $found.Holds | Should -BeTrue
        $found.Jobs | Should -Be 4
        $found.Bytes | Should -Be (Get-Item $log).Length
        $found.FillerBytes | Should -Be 12
        $found.RejectBytes | Should -Be 9
        $found.RecordBytes | Should -Be ($found.Bytes - 21)
        $found.Differences | Should -BeNullOrEmpty
    }

    It 'writes with -Detailed each difference' {
        $found = Test-AccountingStore $bad -Detailed
        $found.Holds | Should -BeFalse
        $found.Differences.Count | Should -BeGreaterThan 1
        "$($found.Differences)" | Should -Match 'bytes \d+ to \d+ are accounted for by nothing'
        "$($found.Differences)" | Should -Match 'roll-up'
    }

    It 'tells with -Verbose what was found' {
        $told = (Test-AccountingStore $bad -Verbose 4>&1) -join "`n"
        $told | Should -Match '12 in comments and blank lines; 3 jobs'
        $told | Should -Match 'accounted for by nothing'
    }

    It 'accepts a loss with -AcceptMissing, and only where it is one' {
        $lost = Convert-PathToFile TestDrive:/lost.db
        foreach ($first in 100, 200) {
            New-Log TestDrive:/lost.acct -Jobs 1 -FirstId $first
            $null = Invoke-AccountingCollector TestDrive:/lost.acct $lost -Once -WarningAction SilentlyContinue
        }

        Test-AccountingStore $lost | Should -BeFalse
        Test-AccountingStore $lost -AcceptMissing 1 -WhatIf | Should -BeNullOrEmpty
        Test-AccountingStore $lost -AcceptMissing 2 -ErrorVariable told -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        "$told" | Should -Match 'generation 2 is not missing; nothing was accepted'
        Test-AccountingStore $lost -AcceptMissing 1 | Should -BeTrue
        (Test-AccountingStore $lost -Detailed).Accepted.Count | Should -Be 1
        Test-AccountingStore TestDrive:/none.db -AcceptMissing 1 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        'TestDrive:/none.db' | Should -Not -Exist
    }

    It 'takes stores from the pipeline' {
        $good, $bad | Test-AccountingStore | Should -Be $true, $false
        Get-Item -LiteralPath $good | Test-AccountingStore | Should -BeTrue
    }

    It 'takes a store relative to the location of the session' {
        Push-Location TestDrive:/
        try {
            Test-AccountingStore 'good[1].db' | Should -BeTrue
        } finally {
            Pop-Location
        }
    }

    It 'tells <Id> for <Path> and goes on with the next' -ForEach @(
        @{ Path = 'TestDrive:/nowhere.db'; Id = 'StoreUnusable'; Category = 'OpenError' }
        @{ Path = 'TestDrive:/lsb.acct'; Id = 'StoreUnusable'; Category = 'OpenError' }
        @{ Path = 'env:PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument' }
        @{ Path = 'NoDrive:/a.db'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
    ) {
        Test-AccountingStore $Path, $good -ErrorAction SilentlyContinue -ErrorVariable told | Should -BeExactly $true
        $told.Count | Should -Be 1
        $told[0].FullyQualifiedErrorId | Should -BeExactly "$Id,$type"
        $told[0].CategoryInfo.Category | Should -Be $Category
    }

    It 'refuses a store of a newer version with a remedy' {
        $newer = Convert-PathToFile TestDrive:/newer.db
        Copy-Item -LiteralPath $good $newer
        Invoke-Sql $newer 'INSERT INTO schema_migration VALUES (999, 0)'
        Test-AccountingStore $newer -ErrorAction SilentlyContinue -ErrorVariable told | Should -BeNullOrEmpty
        "$told" | Should -Match 'schema version 999'
        $told[0].ErrorDetails.RecommendedAction | Should -Match 'newer'
    }
}
