[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.MeasureSharedFileSystemCommand'
    $null = New-Item 'TestDrive:/odd[1]', TestDrive:/plain -ItemType Directory
}

Describe 'Measure-SharedFileSystem' {
    It 'measures the clock within its error, and leaves nothing behind' {
        $measured = Measure-SharedFileSystem TestDrive:/plain
        $measured.Path | Should -Be (Convert-PathToFile TestDrive:/plain)
        $measured.ClockOffset.Duration() | Should -BeLessOrEqual ($measured.ClockError + [timespan]::FromSeconds(1))
        $measured.TimeGranularity | Should -BeGreaterThan ([timespan]::Zero)
        $measured.LocksReachOtherHosts | Should -BeFalse
        $measured.LockReason | Should -Not -BeNullOrEmpty
        Get-ChildItem TestDrive:/plain -Force | Should -BeNullOrEmpty
    }

    It 'takes wildcards, literal paths and the pipeline' {
        (Measure-SharedFileSystem TestDrive:/*).Count | Should -Be 2
        (Measure-SharedFileSystem -LiteralPath 'TestDrive:/odd[1]').Path | Should -Be (Convert-PathToFile 'TestDrive:/odd[1]')
        (Get-Item TestDrive:/plain | Measure-SharedFileSystem).Path | Should -Be (Convert-PathToFile TestDrive:/plain)
        ('TestDrive:/plain' | Measure-SharedFileSystem).Path | Should -Be (Convert-PathToFile TestDrive:/plain)
    }

    It 'does nothing with -WhatIf' {
        Measure-SharedFileSystem TestDrive:/nowhere -WhatIf | Should -BeNullOrEmpty
    }

    It 'tells <Id> for <Path> and goes on with the next' -ForEach @(
        @{ Path = '/proc/self'; Id = 'MeasurementFailed'; Category = 'ResourceUnavailable' }
        @{ Path = 'TestDrive:/nowhere'; Id = 'MeasurementFailed'; Category = 'ResourceUnavailable' }
        @{ Path = 'env:PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument' }
        @{ Path = 'NoDrive:/a'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
    ) {
        $found = Measure-SharedFileSystem $Path, TestDrive:/plain -ErrorAction SilentlyContinue -ErrorVariable told
        @($found).Count | Should -Be 1
        $told.Count | Should -Be 1
        $told[0].FullyQualifiedErrorId | Should -BeExactly "$Id,$type"
        $told[0].CategoryInfo.Category | Should -Be $Category
    }

    It 'is shown as a table or a list' {
        Measure-SharedFileSystem TestDrive:/plain | Out-String -Width 160 | Should -Match 'Path +OffsetSeconds +ErrorSeconds +TickSeconds +RoundTripMs +LocksReachOtherHosts'
        Measure-SharedFileSystem TestDrive:/plain | Format-List | Out-String | Should -Match 'LockReason +: \w'
    }
}
