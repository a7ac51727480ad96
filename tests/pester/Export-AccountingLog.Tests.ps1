[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.ExportAccountingLogCommand'
    $log = Convert-PathToFile TestDrive:/lsb.acct
    $store = Convert-PathToFile 'TestDrive:/a[1].db'
    New-Log $log -Jobs 4
    $null = Invoke-AccountingCollector $log $store -Once
}

Describe 'Export-AccountingLog' {
    It 'writes the log into a file, byte for byte' {
        $file = Export-AccountingLog $store 'TestDrive:/out[1].acct'
        $file | Should -BeOfType IO.FileInfo
        (Get-FileHash -LiteralPath $file.FullName).Hash | Should -Be (Get-FileHash -LiteralPath $log).Hash
    }

    It 'writes what is asked for: <Parameters>' -ForEach @(
        @{ Parameters = @{ Generation = 1 }; Jobs = 4 }
        @{ Parameters = @{ To = '1971-01-01' }; Jobs = 0 }
    ) {
        $file = Export-AccountingLog $store "TestDrive:/$(New-Guid)" @Parameters
        @(Get-Content -LiteralPath $file.FullName).Count | Should -Be $Jobs
    }

    It 'tells of a cluster that is not there' {
        { Export-AccountingLog $store "TestDrive:/$(New-Guid)" -Cluster another -ErrorAction Stop } | Should -Throw '*there is no log of a cluster another*'
    }

    It 'replaces a file with -Force alone, and writes nothing with -WhatIf' {
        $file = Convert-PathToFile TestDrive:/there
        Export-AccountingLog $store $file -WhatIf | Should -BeNullOrEmpty
        $file | Should -Not -Exist
        Set-Content $file 'precious'
        { Export-AccountingLog $store $file } | Should -Throw '*there: there is such a file.' -ErrorId "StoreUnusable,$type"
        Get-Content $file | Should -BeExactly 'precious'
        (Export-AccountingLog $store $file -Force).Length | Should -Be (Get-Item $log).Length
    }

    It 'names a generation that is not there' {
        { Export-AccountingLog $store TestDrive:/none -Generation 7 } | Should -Throw '*no generation 7.' -ErrorId "StoreUnusable,$type"
        'TestDrive:/none' | Should -Not -Exist
    }
}
