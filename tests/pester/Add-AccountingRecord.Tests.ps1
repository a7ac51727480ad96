[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.AddAccountingRecordCommand'
    New-Log TestDrive:/lsb.acct -Jobs 4
    $jobs = Import-AccountingLog TestDrive:/lsb.acct
}

Describe 'Add-AccountingRecord' {
    BeforeEach {
        $store = Convert-PathToFile "TestDrive:/$(New-Guid).db"
    }

    It 'creates the store, readable by its owner alone, and adds records' {
        $jobs | Add-AccountingRecord $store | Should -BeNullOrEmpty
        (Get-AccountingRecord $store).JobId | Should -Be 1, 2, 3, 4
        (Get-Item $store).UnixFileMode | Should -Be ([IO.UnixFileMode]'UserRead, UserWrite')
        Test-AccountingStore $store | Should -BeTrue
    }

    It 'changes nothing the second time' {
        $jobs | Add-AccountingRecord $store
        $jobs | Add-AccountingRecord $store -ErrorAction Stop
        @(Get-AccountingRecord $store).Count | Should -Be 4
        (Measure-AccountingRecord -Store $store).Jobs | Should -Be 4
    }

    It 'files records as the collector does: what one has added the other knows' {
        $null = Invoke-AccountingCollector TestDrive:/lsb.acct $store -Once
        $told = $jobs | Add-AccountingRecord $store -Verbose 4>&1
        "$told" | Should -Match '0 records added, 4 were there already, 0 conflicts'
    }

    It 'takes records as an argument' {
        Add-AccountingRecord $store -InputObject $jobs
        @(Get-AccountingRecord $store).Count | Should -Be 4
    }

    It 'takes records of a store' {
        $jobs | Add-AccountingRecord $store
        $copy = Convert-PathToFile TestDrive:/copy.db
        Get-AccountingRecord $store -User alice | Add-AccountingRecord $copy
        (Get-AccountingRecord $copy).User | Should -Be 'alice', 'alice'
    }

    It 'files records under -Cluster' {
        Import-AccountingLog TestDrive:/lsb.acct | Add-AccountingRecord $store -Cluster prod
        (Get-AccountingRecord $store).Cluster | Should -Be (@('prod') * 4)
    }

    It 'passes on what is stored with -PassThru, in batches' {
        New-Log TestDrive:/many.acct -Jobs 2500
        $passed = Import-AccountingLog TestDrive:/many.acct | Add-AccountingRecord $store -PassThru
        $passed.Count | Should -Be 2500
        $passed[2499].JobId | Should -Be 2500
    }

    It 'has committed whole batches when a cmdlet behind it has seen enough' {
        New-Log TestDrive:/many.acct -Jobs 2500
        $null = Import-AccountingLog TestDrive:/many.acct | Add-AccountingRecord $store -PassThru | Select-Object -First 1
        @(Get-AccountingRecord $store).Count | Should -Be 1000
        Import-AccountingLog TestDrive:/many.acct | Add-AccountingRecord $store
        @(Get-AccountingRecord $store).Count | Should -Be 2500
    }

    It 'tells RecordConflict for a record of the same key that says something else, and adds the others' {
        $jobs | Add-AccountingRecord $store
        $other = @(
            New-JobLine -JobId 1 -Submit 1700003600 -Project another
            New-JobLine -JobId 50
        ) | ConvertFrom-AccountingLog
        $passed = $other | Add-AccountingRecord $store -PassThru -ErrorAction SilentlyContinue -ErrorVariable told
        $passed.JobId | Should -Be 50
        $told.Count | Should -Be 1
        $told[0].FullyQualifiedErrorId | Should -BeExactly "RecordConflict,$type"
        $told[0].CategoryInfo.Category | Should -Be 'ResourceExists'
        $told[0].TargetObject.Project | Should -Be 'another'
        (Get-AccountingRecord $store -JobId 1).Project | Should -Be 'atlas'
    }

    It 'does nothing with -WhatIf' {
        $jobs | Add-AccountingRecord $store -WhatIf | Should -BeNullOrEmpty
        Test-Path $store | Should -BeFalse
    }

    It 'takes a store relative to the location of the session' {
        Push-Location TestDrive:/
        try {
            $jobs | Add-AccountingRecord 'relative[1].db'
            @(Get-AccountingRecord './relative[1].db').Count | Should -Be 4
        } finally {
            Pop-Location
        }
    }

    It 'ends with <Id> for the store <Path>' -ForEach @(
        @{ Path = 'env:store'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument' }
        @{ Path = 'NoDrive:/a.db'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
        @{ Path = 'TestDrive:/nowhere/a.db'; Id = 'StoreUnusable'; Category = 'OpenError' }
        @{ Path = 'TestDrive:/lsb.acct'; Id = 'StoreUnusable'; Category = 'OpenError' }
    ) {
        $failure = { $jobs | Add-AccountingRecord $Path } | Should -Throw -ErrorId "$Id,$type" -PassThru
        $failure.CategoryInfo.Category | Should -Be $Category
    }
}
