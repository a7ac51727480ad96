[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.BackupAccountingStoreCommand'
    $log = Convert-PathToFile TestDrive:/lsb.acct
    $store = Convert-PathToFile 'TestDrive:/a[1].db'
    New-Log $log -Jobs 4
    $null = Invoke-AccountingCollector $log $store -Once
}

Describe 'Backup-AccountingStore' {
    It 'copies a store into a file that is complete, and writes that file' {
        $copy = Backup-AccountingStore $store 'TestDrive:/copy[1].db'
        $copy | Should -BeOfType IO.FileInfo
        $copy.Name | Should -BeExactly 'copy[1].db'
        $copy.UnixMode | Should -BeExactly '-rw-------'
        (Test-AccountingStore $copy -Detailed).Jobs | Should -Be 4
        Test-AccountingStore $copy | Should -BeTrue
    }

    It 'replaces a file with -Force alone, and writes nothing with -WhatIf' {
        $copy = Convert-PathToFile TestDrive:/there.db
        Backup-AccountingStore $store $copy -WhatIf | Should -BeNullOrEmpty
        $copy | Should -Not -Exist
        Set-Content $copy 'precious'
        { Backup-AccountingStore $store $copy } | Should -Throw "*there.db: there is such a file." -ErrorId "StoreUnusable,$type"
        Get-Content $copy | Should -BeExactly 'precious'
        Backup-AccountingStore $store $copy -Force | Test-AccountingStore | Should -BeTrue
    }

    It 'names pg_dump for a database' {
        { Backup-AccountingStore 'Host=db;Database=accounting' TestDrive:/copy.db } | Should -Throw '*PostgreSQL database*' -ErrorId "StoreUnusable,$type"
        "$($Error[0].ErrorDetails.RecommendedAction)" | Should -Match 'pg_dump'
    }

    It 'makes no file of what is meant for a database' {
        { Backup-AccountingStore $store 'Host=db;Database=copy' } | Should -Throw '*meant for a PostgreSQL database*' -ErrorId "StoreUnusable,$type"
        './Host=db;Database=copy' | Should -Not -Exist
    }

    It 'refuses what is no store' {
        { Backup-AccountingStore $log TestDrive:/copy2.db } | Should -Throw '*no SQLite database*' -ErrorId "StoreUnusable,$type"
        { Backup-AccountingStore TestDrive:/none.db TestDrive:/copy2.db } | Should -Throw '*there is no such store*' -ErrorId "StoreUnusable,$type"
        { Backup-AccountingStore $store $null } | Should -Throw -ErrorId "ParameterArgumentValidationError*,$type"
        'TestDrive:/copy2.db' | Should -Not -Exist
    }
}
