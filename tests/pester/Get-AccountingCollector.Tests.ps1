[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.GetAccountingCollectorCommand'
    $log = Convert-PathToFile TestDrive:/lsb.acct
    $store = Convert-PathToFile 'TestDrive:/a[1].db'
    New-Log $log -Jobs 4 -Append 'nonsense'
    New-Log "$log.1" -Jobs 3 -FirstId 101
    $null = Invoke-AccountingCollector $log $store -Once -WarningAction SilentlyContinue
}

Describe 'Get-AccountingCollector' {
    It 'tells of each generation of a log' {
        $old, $live = Get-AccountingCollector $store
        $old.Path | Should -Be "$log.1"
        $old.Records | Should -Be 3
        $live.Path | Should -Be $log
        $live.LivePath | Should -Be $log
        $live.Position | Should -Be (Get-Item $log).Length
        $live.Records | Should -Be 4
        $live.Rejects | Should -Be 1
        $live.LagBytes | Should -Be 0
        $live.Cluster | Should -Be 'default'
        $live.CommittedAt | Should -BeGreaterThan ([DateTimeOffset]::UtcNow.AddMinutes(-5))
    }

    It 'tells how many bytes wait to be read' {
        $grown = Convert-PathToFile TestDrive:/grown.acct
        $grownStore = Convert-PathToFile TestDrive:/grown.db
        New-Log $grown -Jobs 1
        $null = Invoke-AccountingCollector $grown $grownStore -Once
        $line = New-JobLine -JobId 9
        Add-Content $grown $line
        (Get-AccountingCollector $grownStore).LagBytes | Should -Be ($line.Length + 1)
    }

    It 'lists with -Rejects what could not be read' {
        $reject = Get-AccountingCollector $store -Rejects
        $reject.Path | Should -Be $log
        $reject.Offset | Should -Be ((Get-Item $log).Length - 9)
        $reject.Length | Should -Be 9
        $reject.Reason | Should -Match 'record type'
        [Text.Encoding]::ASCII.GetString($reject.Bytes.ToArray()) | Should -Be "nonsense`n"
    }

    It 'takes stores from the pipeline' {
        @($store | Get-AccountingCollector).Count | Should -Be 2
        @(Get-Item -LiteralPath $store | Get-AccountingCollector).Count | Should -Be 2
    }

    It 'takes a store relative to the location of the session' {
        Push-Location TestDrive:/
        try {
            @(Get-AccountingCollector 'a[1].db').Count | Should -Be 2
        } finally {
            Pop-Location
        }
    }

    It 'has a sibling <_> that takes the password of a database from a file, and for an SQLite file refuses one' -ForEach @(
        'Get-AccountingCollector'
        'Get-AccountingRecord'
        'Measure-AccountingRecord'
        'Test-AccountingStore'
    ) {
        $none = Convert-PathToFile TestDrive:/none
        { & $_ -Store 'Host=/nowhere' -PasswordFile TestDrive:/none -ErrorAction Stop } | Should -Throw "${none}: the password cannot be read*" -ErrorId 'StoreUnusable,*'
        { & $_ -Store $store -PasswordFile TestDrive:/none -ErrorAction Stop } | Should -Throw '-PasswordFile does not go with the store *' -ErrorId 'StoreUnusable,*'
    }

    It 'tells <Id> for <Path> and goes on with the next' -ForEach @(
        @{ Path = 'TestDrive:/nowhere.db'; Id = 'StoreUnusable'; Category = 'OpenError' }
        @{ Path = 'TestDrive:/lsb.acct'; Id = 'StoreUnusable'; Category = 'OpenError' }
        @{ Path = 'env:PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument' }
        @{ Path = 'NoDrive:/a.db'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
    ) {
        $found = Get-AccountingCollector $Path, $store -ErrorAction SilentlyContinue -ErrorVariable told
        $found.Count | Should -Be 2
        $told.Count | Should -Be 1
        $told[0].FullyQualifiedErrorId | Should -BeExactly "$Id,$type"
        $told[0].CategoryInfo.Category | Should -Be $Category
    }
}
