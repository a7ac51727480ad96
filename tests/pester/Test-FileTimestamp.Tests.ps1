[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.TestFileTimestampCommand'
    $directory = Convert-PathToFile TestDrive:/files
    $null = New-Item $directory -ItemType Directory
    foreach ($name in 'a', 'b', 'odd[1]') {
        [IO.File]::WriteAllText("$directory/$name", '12345')
    }

    [IO.File]::SetLastWriteTimeUtc("$directory/a", ([DateTimeOffset]'2026-01-01 00:00:00Z').UtcDateTime)
    [IO.File]::SetLastWriteTimeUtc("$directory/b", ([DateTimeOffset]'2026-01-02 00:00:00Z').UtcDateTime)
    $null = Get-FileTimestamp "$directory/a", "$directory/b" -ExportPath TestDrive:/m.json
    $stamp = Get-FileTimestamp "$directory/a"
}

Describe 'Test-FileTimestamp' {
    It 'is one answer for all files' {
        Test-FileTimestamp TestDrive:/files/a, TestDrive:/files/b -RetryCount 0 | Should -BeExactly $true
        Test-FileTimestamp TestDrive:/files/a, TestDrive:/files/missing -RetryCount 0 | Should -BeExactly $false
    }

    It 'is <Holds> for <Name>' -ForEach @(
        @{ Name = 'a stamp'; Path = 'a'; Holds = $true; Compare = { @{ Expected = $stamp } } }
        @{ Name = 'a stamp of another file'; Path = 'b'; Holds = $false; Compare = { @{ Expected = $stamp } } }
        @{ Name = 'a stamp of another file within a day'; Path = 'b'; Holds = $true; Compare = { @{ Expected = $stamp; ToleranceSeconds = 86400 } } }
        @{ Name = 'several stamps'; Path = '[ab]'; Holds = $true; Compare = { @{ Expected = Get-FileTimestamp "$directory/b", "$directory/a" } } }
        @{ Name = 'a manifest'; Path = '[ab]'; Holds = $true; Compare = { @{ Expected = 'TestDrive:/m.json' } } }
        @{ Name = 'a text in UTC'; Path = 'a'; Holds = $true; Compare = { @{ Expected = '2026-01-01' } } }
        @{ Name = 'a time'; Path = 'a'; Holds = $false; Compare = { @{ Expected = [DateTimeOffset]'2026-01-01T00:00:01Z' } } }
        @{ Name = 'a time within the tolerance'; Path = 'a'; Holds = $true; Compare = { @{ Expected = [DateTimeOffset]'2026-01-01T00:00:01Z'; Tolerance = 1 } } }
        @{ Name = 'an older file'; Path = 'b'; Holds = $true; Compare = { @{ NewerThan = "$directory/a" } } }
        @{ Name = 'a file as new'; Path = 'b'; Holds = $false; Compare = { @{ NewerThan = "$directory/b" } } }
        @{ Name = 'a newer file'; Path = 'a'; Holds = $true; Compare = { @{ OlderThan = Get-Item "$directory/b" } } }
        @{ Name = 'what the cache says'; Path = 'a'; Holds = $true; Compare = { @{ Expected = $stamp; NoRevalidate = $true } } }
    ) {
        $compare = & $Compare
        Test-FileTimestamp "TestDrive:/files/$Path" @compare -RetryCount 0 | Should -BeExactly $Holds
    }

    It 'writes the evidence with -Detailed' {
        $checks = Test-FileTimestamp TestDrive:/files/a, TestDrive:/files/missing -Expected ([DateTimeOffset]'2026-01-01Z') -RetryCount 1 -RetryDelaySeconds 0.01 -Detailed
        $checks.Verdict | Should -Be 'Holds', 'Missing'
        $checks.Holds | Should -Be $true, $false
        $checks[0].Found.Method | Should -Be 'Direct'
        $checks[0].Attempts | Should -Be 1
        $checks[1].Attempts | Should -BeGreaterThan 1
        $checks[1].Reason | Should -Be 'nothing is there'
        $checks[0].Expected.Description | Should -Match '^written 2026-01-01'
        $checks | Out-String -Width 200 | Should -Match 'Holds +Verdict +Attempts +Waited +Path +Reason'
        $checks | Format-List | Out-String | Should -Match 'Expected +: written 2026-01-01'
    }

    It 'goes on at once when the file is made' {
        $background = Start-Background 'Test-FileTimestamp "$directory/made" -RetryCount 1 -RetryDelaySeconds 100000' @{ directory = $directory }
        Start-Sleep -Milliseconds 300
        [IO.File]::WriteAllText("$directory/made", '')
        $background.Shell.EndInvoke($background.Result) | Should -Be $true
        $background.Shell.Dispose()
    }

    It 'is stopped at once by Ctrl+C' {
        $background = Start-Background 'Test-FileTimestamp "$directory/never" -RetryDelaySeconds 100000' @{ directory = $directory }
        Start-Sleep -Milliseconds 300
        Stop-Background $background | Should -BeLessThan 5000
    }

    It 'takes paths literally, from the pipeline, and relative to the location' {
        Test-FileTimestamp -LiteralPath 'TestDrive:/files/odd[1]' -RetryCount 0 | Should -BeTrue
        @(Get-ChildItem TestDrive:/files | Where-Object Name -In 'a', 'odd[1]' | Test-FileTimestamp -RetryCount 0 -Detailed).Count | Should -Be 2
        Push-Location TestDrive:/files
        try {
            'a', 'b' | Test-FileTimestamp -RetryCount 0 | Should -BeExactly $true
        } finally {
            Pop-Location
        }
    }

    It 'tells <Id> for <Path>, goes on with the next, and is not true' -ForEach @(
        @{ Path = 'env:PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument' }
        @{ Path = 'NoDrive:/a'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
        @{ Path = 'TestDrive:/no/*'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
    ) {
        Test-FileTimestamp $Path, TestDrive:/files/a -RetryCount 0 -ErrorAction SilentlyContinue -ErrorVariable told | Should -BeExactly $false
        $told.Count | Should -Be 1
        $told[0].FullyQualifiedErrorId | Should -BeExactly "$Id,$type"
        $told[0].CategoryInfo.Category | Should -Be $Category
    }

    It 'is false where no file is given' {
        @() | Test-FileTimestamp -WarningVariable warned -WarningAction SilentlyContinue | Should -BeFalse
        $warned | Should -Match 'none was tested'
        @() | Test-FileTimestamp -Detailed | Should -BeNullOrEmpty
    }

    It 'ends with <Id> when there is nothing to compare with: <Expected>' -ForEach @(
        @{ Expected = 'TestDrive:/m.json'; Path = 'odd`[1`]'; Id = 'ExpectationMissing'; Category = 'ObjectNotFound' }
        @{ Expected = 'TestDrive:/no.json'; Path = 'a'; Id = 'ManifestUnusable'; Category = 'ReadError' }
        @{ Expected = @(1, 2); Path = 'a'; Id = 'ExpectationMissing'; Category = 'InvalidArgument' }
    ) {
        { Test-FileTimestamp "TestDrive:/files/$Path" -Expected $Expected -RetryCount 0 } | Should -Throw -ErrorId "$Id,$type"
        $Error[0].CategoryInfo.Category | Should -Be $Category
    }
}
