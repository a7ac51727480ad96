[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.UpdateAccountingStoreCommand'
    $log = Convert-PathToFile TestDrive:/lsb.acct
    $store = Convert-PathToFile 'TestDrive:/a[1].db'
    New-Log $log -Jobs 4
    $null = Invoke-AccountingCollector $log $store -Once
}

Describe 'Update-AccountingStore' {
    It 'derives the rows again from what the store keeps' {
        Invoke-Sql $store "UPDATE job_record SET command = 'x'"
        Test-AccountingStore $store | Should -BeFalse
        Update-AccountingStore $store -WhatIf
        Test-AccountingStore $store | Should -BeFalse
        Remove-Item $log
        Update-AccountingStore $store | Should -BeNullOrEmpty
        Test-AccountingStore $store | Should -BeTrue
        @(Get-AccountingRecord $store).Count | Should -Be 4
    }

    It 'has the days of another time zone' {
        Update-AccountingStore $store -TimeZone Asia/Tokyo
        (Measure-AccountingRecord $store -GroupBy Day).TimeZone | Select-Object -Unique | Should -Be 'Asia/Tokyo'
        Test-AccountingStore $store | Should -BeTrue
        { Update-AccountingStore $store -TimeZone Asia/Nowhere } | Should -Throw '*not known on this host*' -ErrorId "ConfigurationInvalid,$type"
        Get-CompletionOf 'Update-AccountingStore a.db -TimeZone Europe/Zu' | Should -Be 'Europe/Zurich'
    }

    It 'makes no store where there is none' {
        { Update-AccountingStore TestDrive:/none.db } | Should -Throw '*no such store.' -ErrorId "StoreUnusable,$type"
        'TestDrive:/none.db' | Should -Not -Exist
    }
}
