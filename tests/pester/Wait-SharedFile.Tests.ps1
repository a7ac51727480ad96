[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.WaitSharedFileCommand'
    $directory = Convert-PathToFile TestDrive:/
    foreach ($name in 'there', 'odd[1]', 'old', 'new') {
        [IO.File]::WriteAllText("$directory/$name", '12345')
    }

    [IO.File]::SetLastWriteTimeUtc("$directory/old", ([DateTimeOffset]'2026-01-01 00:00:00Z').UtcDateTime)
    [IO.File]::SetLastWriteTimeUtc("$directory/new", ([DateTimeOffset]'2026-01-02 00:00:00Z').UtcDateTime)
    $null = New-Item TestDrive:/loop -ItemType SymbolicLink -Value "$directory/loop" -Force

    # Starts a wait, and says when it has looked once: it has told of a file that cannot be seen, or waits for its kernel.
    function Start-Wait {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Suites stop what they start.')]
        param([string] $Script)
        $before = Get-InotifyCount
        $background = Start-Background $Script @{ directory = $directory }
        Wait-Until { (Get-InotifyCount) -gt $before }
        $background
    }

    function Get-InotifyCount {
        @(Get-ChildItem /proc/self/fd -ErrorAction Ignore).Where({ $_.Target -eq 'anon_inode:inotify' -or $_.LinkTarget -eq 'anon_inode:inotify' }).Count
    }
}

Describe 'Wait-SharedFile' {
    It 'is over at once where the file is there, and writes nothing' {
        Wait-SharedFile TestDrive:/there -TimeoutSeconds 0 | Should -BeNullOrEmpty
    }

    It 'writes with -PassThru how it ended' {
        $result = Wait-SharedFile TestDrive:/there -PassThru
        $result.Met | Should -BeTrue
        $result.Looks | Should -Be 1
        $result.Path | Should -Be "$directory/there".Replace('//', '/')
        $result.Last.Size | Should -Be 5
    }

    It 'says what it saw when the time ran out' {
        $result = Wait-SharedFile TestDrive:/missing, TestDrive:/there -TimeoutSeconds 0 -PassThru -ErrorAction SilentlyContinue -ErrorVariable told
        $result.Met | Should -Be $false, $true
        $told.Count | Should -Be 1
        $told[0].FullyQualifiedErrorId | Should -BeExactly "WaitTimedOut,$type"
        $told[0].CategoryInfo.Category | Should -Be 'OperationTimeout'
        $told[0].ToString() | Should -Match 'missing: nothing is there; not met after [\d.]+ s and 1 look\.$'
    }

    It 'ends when this host makes the file, long before the next look' {
        $wait = Start-Wait 'Wait-SharedFile "$directory/made" -PollSeconds 100000 -PassThru'
        [IO.File]::WriteAllText("$directory/made", '')
        $wait.Shell.EndInvoke($wait.Result)[0].Met | Should -BeTrue
        $wait.Shell.Dispose()
    }

    It 'is stopped at once by Ctrl+C' {
        $wait = Start-Wait 'Wait-SharedFile "$directory/never" -PollSeconds 100000'
        Stop-Background $wait | Should -BeLessThan 5000
    }

    It 'tells <Name>' -ForEach @(
        @{ Name = 'that a missing file is gone'; Arguments = @{ Path = 'TestDrive:/missing'; Gone = $true }; Met = $true }
        @{ Name = 'that a file is not gone'; Arguments = @{ Path = 'TestDrive:/there'; Gone = $true }; Met = $false }
        @{ Name = 'that a file is newer than another'; Arguments = @{ Path = 'TestDrive:/new'; NewerThan = 'TestDrive:/old' }; Met = $true }
        @{ Name = 'that a file is not newer than itself'; Arguments = @{ Path = 'TestDrive:/new'; NewerThan = 'TestDrive:/new' }; Met = $false }
        @{ Name = 'that a file is newer than a text in UTC'; Arguments = @{ Path = 'TestDrive:/new'; NewerThan = '2026-01-01T23:59:59' }; Met = $true }
        @{ Name = 'that a file is not newer than a text in UTC'; Arguments = @{ Path = 'TestDrive:/new'; NewerThan = '2026-01-02' }; Met = $false }
        @{ Name = 'that a file is newer than a DateTime'; Arguments = @{ Path = 'TestDrive:/new'; NewerThan = ([DateTimeOffset]'2026-01-01 23:00:00Z').UtcDateTime }; Met = $true }
        @{ Name = 'that a file is not newer than a DateTimeOffset'; Arguments = @{ Path = 'TestDrive:/new'; NewerThan = [DateTimeOffset]'2026-01-02T00:00:00Z' }; Met = $false }
        @{ Name = 'that a file is stable'; Arguments = @{ Path = 'TestDrive:/there'; StableSeconds = 0 }; Met = $true }
        @{ Name = 'that a missing file is not stable'; Arguments = @{ Path = 'TestDrive:/missing'; StableSeconds = 0 }; Met = $false }
    ) {
        (Wait-SharedFile @Arguments -TimeoutSeconds 0 -PassThru -ErrorAction SilentlyContinue).Met | Should -Be $Met
    }

    It 'compares with a stamp or a file object too' {
        (Wait-SharedFile TestDrive:/new -NewerThan (Get-FileTimestamp TestDrive:/old) -PassThru).Met | Should -BeTrue
        (Wait-SharedFile TestDrive:/new -NewerThan (Get-Item TestDrive:/old) -PassThru).Met | Should -BeTrue
    }

    It 'refuses to compare with <What>' -ForEach @(
        @{ What = 'a file that is not there'; NewerThan = 'TestDrive:/missing'; Category = 'ObjectNotFound' }
        @{ What = 'what is no time'; NewerThan = 5; Category = 'InvalidArgument' }
    ) {
        { Wait-SharedFile TestDrive:/new -NewerThan $NewerThan -TimeoutSeconds 0 } | Should -Throw -ErrorId "PathNotFound,$type"
        $Error[0].CategoryInfo.Category | Should -Be $Category
    }

    It 'takes paths literally, and files from the pipeline' {
        (Wait-SharedFile 'TestDrive:/odd[1]' -PassThru -TimeoutSeconds 0).Met | Should -BeTrue
        (Get-ChildItem TestDrive:/ | Where-Object Name -In 'old', 'odd[1]' | Wait-SharedFile -PassThru -TimeoutSeconds 0).Met | Should -Be $true, $true
        ('TestDrive:/old' | Wait-SharedFile -PassThru -TimeoutSeconds 0).Met | Should -BeTrue
    }

    It 'warns of a file that cannot be looked at, and goes on waiting' {
        $null = Wait-SharedFile TestDrive:/loop -TimeoutSeconds 1 -PollSeconds 0.05 -ErrorAction SilentlyContinue -WarningAction SilentlyContinue -WarningVariable warned
        $warned.Count | Should -Be 1
        $warned[0] | Should -Match 'symbolic links'
    }

    It 'tells <Id> for <Path> and goes on with the next' -ForEach @(
        @{ Path = 'env:PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument' }
        @{ Path = 'NoDrive:/a'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
    ) {
        $found = Wait-SharedFile $Path, TestDrive:/there -PassThru -ErrorAction SilentlyContinue -ErrorVariable told
        @($found).Count | Should -Be 1
        $told.Count | Should -Be 1
        $told[0].FullyQualifiedErrorId | Should -BeExactly "$Id,$type"
        $told[0].CategoryInfo.Category | Should -Be $Category
    }

    It 'is shown as a table' {
        Wait-SharedFile TestDrive:/there -PassThru | Out-String -Width 160 | Should -Match 'Met +Waited +Looks +Exists +Size +ModifyTime +Problem +Path'
    }
}
