[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.LockSharedFileCommand'
    $directory = (Convert-PathToFile TestDrive:/).TrimEnd('/')

    # What keeps the lock of a file, as another process sees it.
    function Test-Free {
        param([string] $Path)
        pwsh -NoProfile -NonInteractive -Command "`$null = Import-Module '$module'; try { (Lock-SharedFile '$Path').IsHeld } catch { `$_.FullyQualifiedErrorId }"
    }
}

Describe 'Lock-SharedFile' {
    It 'takes a lock, which another process cannot take until it is released' {
        $lock = Lock-SharedFile TestDrive:/taken -Purpose tests
        $lock.IsHeld | Should -BeTrue
        $lock.Path | Should -Be "$directory/taken"
        $lock.Holder.ProcessId | Should -Be $PID
        $lock.Holder.Purpose | Should -Be 'tests'
        Test-Free "$directory/taken" | Should -BeExactly "LockHeld,$type"

        $lock | Unlock-SharedFile
        $lock.IsHeld | Should -BeFalse
        Test-Free "$directory/taken" | Should -BeExactly 'True'
    }

    It 'makes a file for its user alone' {
        $lock = Lock-SharedFile TestDrive:/made
        [IO.File]::GetUnixFileMode("$directory/made") | Should -Be 'UserWrite, UserRead'
        Unlock-SharedFile $lock
    }

    It 'names the holder when it is held, and ends the command' {
        $lock = Lock-SharedFile TestDrive:/held
        { Lock-SharedFile TestDrive:/held } | Should -Throw -ErrorId "LockHeld,$type"
        $Error[0].CategoryInfo.Category | Should -Be 'ResourceBusy'
        $Error[0].ToString() | Should -Match "held: the lock is held by .+ on .+, process $PID, since .+, epoch 1\.$"
        { Lock-SharedFile TestDrive:/held -WaitSeconds 0.1 } | Should -Throw -ErrorId "LockHeld,$type"
        Unlock-SharedFile $lock
    }

    It 'waits until it is free' {
        $lock = Lock-SharedFile TestDrive:/waited
        $wait = Start-Background '(Lock-SharedFile "$directory/waited" -WaitSeconds 60).Holder.Epoch' @{ directory = $directory }
        Unlock-SharedFile $lock
        $wait.Shell.EndInvoke($wait.Result) | Should -Be 2
        $wait.Shell.Runspace.Dispose()
        $wait.Shell.Dispose()
    }

    It 'is stopped at once by Ctrl+C' {
        $lock = Lock-SharedFile TestDrive:/stopped
        $wait = Start-Background '$null = [IO.File]::Create("$directory/begun"); Lock-SharedFile "$directory/stopped" -WaitSeconds 600' @{ directory = $directory }
        Wait-Until { Test-Path "$directory/begun" }
        Stop-Background $wait | Should -BeLessThan 5000
        Unlock-SharedFile $lock
    }

    It 'lets go of it when its runspace ends' {
        $other = Start-Background 'Lock-SharedFile "$directory/runspace"' @{ directory = $directory }
        $lock = $other.Shell.EndInvoke($other.Result)[0]
        $lock.IsHeld | Should -BeTrue
        $other.Shell.Runspace.Dispose()
        $lock.IsHeld | Should -BeFalse
        $next = Lock-SharedFile TestDrive:/runspace
        $next.Holder.Epoch | Should -Be 2
        Unlock-SharedFile $next
        $other.Shell.Dispose()
    }

    It 'shows that it was lost, and Unlock-SharedFile tells' {
        $lock = Lock-SharedFile TestDrive:/lost -TtlSeconds 0.3
        Remove-Item TestDrive:/lost
        Wait-Until { -not $lock.IsHeld }
        $lock.LostReason | Should -BeExactly 'the lock file was deleted or replaced'
        $lock | Unlock-SharedFile -ErrorAction SilentlyContinue -ErrorVariable told
        $told.Count | Should -Be 1
        $told[0].FullyQualifiedErrorId | Should -BeExactly 'LockLost,NfsTools.PowerShell.Commands.UnlockSharedFileCommand'
        $told[0].CategoryInfo.Category | Should -Be 'ResourceUnavailable'
    }

    It 'is asked once more when it is released' {
        $lock = Lock-SharedFile TestDrive:/asked -TtlSeconds 3600
        Remove-Item TestDrive:/asked
        { Unlock-SharedFile $lock -ErrorAction Stop } | Should -Throw '*the lock was lost: the lock file was deleted or replaced.'
    }

    It 'may be released twice' {
        $lock = Lock-SharedFile TestDrive:/twice
        $lock, $lock | Unlock-SharedFile -ErrorAction Stop
        $lock.IsHeld | Should -BeFalse
    }

    It 'refuses <Name>' -ForEach @(
        @{ Name = 'a file with other content'; Path = 'data'; Text = 'something else than a lock' }
        @{ Name = 'a symbolic link'; Path = 'link'; Text = 'symbolic link' }
        @{ Name = 'a directory that is not there'; Path = 'no/lock'; Text = 'No such file or directory' }
    ) {
        [IO.File]::WriteAllText("$directory/data", 'precious')
        $null = New-Item TestDrive:/link -ItemType SymbolicLink -Value "$directory/target" -Force
        { Lock-SharedFile "TestDrive:/$Path" } | Should -Throw -ErrorId "LockUnusable,$type" -ExpectedMessage "*$Text*"
        $Error[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        [IO.File]::ReadAllText("$directory/data") | Should -BeExactly 'precious'
    }

    It 'refuses what is no file' {
        { Lock-SharedFile env:PATH } | Should -Throw -ErrorId "PathNotFileSystem,$type"
        { Lock-SharedFile NoDrive:/a } | Should -Throw -ErrorId "PathNotFound,$type"
    }

    It 'takes its path literally' {
        $lock = Lock-SharedFile 'TestDrive:/odd[1]*'
        Test-Path -LiteralPath "$directory/odd[1]*" | Should -BeTrue
        Unlock-SharedFile $lock
    }

    It 'is shown as a table' {
        $lock = Lock-SharedFile TestDrive:/shown
        $lock | Out-String -Width 160 | Should -Match 'IsHeld +Epoch +Since +Ttl +LostReason +Path'
        Unlock-SharedFile $lock
    }
}
