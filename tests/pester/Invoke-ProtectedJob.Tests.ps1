[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.InvokeProtectedJobCommand'
    $directory = Convert-PathToFile TestDrive:/job
    $null = New-Item $directory -ItemType Directory
    Push-Location $directory
}

AfterAll {
    Pop-Location
}

Describe 'Invoke-ProtectedJob' {
    BeforeEach {
        Get-ChildItem $directory | Remove-Item -Recurse
        [IO.File]::WriteAllText("$directory/aa", '12345')
    }

    It 'runs a command in the location of the session and tells what became of it' {
        $result = Invoke-ProtectedJob cp aa, bb -InputPath aa -OutputPath bb -Protect
        $result.Verdict | Should -Be 'Succeeded'
        $result.Code | Should -Be 0
        $result.Succeeded | Should -BeTrue
        $result.Exit.ExitCode | Should -Be 0
        $result.Inputs[0].Unchanged | Should -BeTrue
        $result.Outputs[0].Written | Should -BeTrue
        $result.Outputs[0].Path | Should -Be "$directory/bb"
        [IO.File]::ReadAllText("$directory/bb") | Should -Be '12345'
    }

    It 'hands stamps on from job to job, as a manifest or as objects' {
        $null = Invoke-ProtectedJob cp aa, bb -InputPath aa -OutputPath bb -RecordPath m.json -Protect
        (Invoke-ProtectedJob cp bb, cc -InputPath bb -OutputPath cc -Expected m.json -Protect).Succeeded | Should -BeTrue
        (Invoke-ProtectedJob true -Expected (Get-FileTimestamp bb, cc) -Protect).Inputs.Count | Should -Be 2

        [IO.File]::WriteAllText("$directory/bb", 'other')
        $result = Invoke-ProtectedJob touch ran -InputPath bb -Expected m.json -RetryCount 0 -Protect -ErrorAction SilentlyContinue -ErrorVariable told
        $result.Verdict | Should -Be 'InputsNotReady'
        $result.Code | Should -Be 120
        $told.Count | Should -Be 1
        $told[0].FullyQualifiedErrorId | Should -BeExactly "JobFailed,$type"
        $told[0].CategoryInfo.Category | Should -Be 'InvalidResult'
        Test-Path ran | Should -BeFalse
    }

    It 'tells <Verdict> with code <Code>' -ForEach @(
        @{ Verdict = 'OutputNotWritten'; Code = 122; Call = { Invoke-ProtectedJob true -OutputPath bb -Protect -ErrorAction SilentlyContinue } }
        @{ Verdict = 'InputChanged'; Code = 121; Call = { Invoke-ProtectedJob sh '-c', 'echo >> aa' -InputPath aa -Protect -ErrorAction SilentlyContinue } }
        @{ Verdict = 'CannotStart'; Code = 123; Call = { Invoke-ProtectedJob no-such-command -ErrorAction SilentlyContinue } }
        @{ Verdict = 'TimedOut'; Code = 124; Call = { Invoke-ProtectedJob sleep 1000 -TimeoutSeconds 0.1 -ErrorAction SilentlyContinue } }
        @{ Verdict = 'Failed'; Code = 7; Call = { Invoke-ProtectedJob sh '-c', 'exit 7' -ErrorAction SilentlyContinue } }
        @{ Verdict = 'Failed'; Code = 137; Call = { Invoke-ProtectedJob sh '-c', 'kill -KILL $$' -ErrorAction SilentlyContinue } }
        @{ Verdict = 'NotRecorded'; Code = 125; Call = { Invoke-ProtectedJob true -RecordPath no/m.json -ErrorAction SilentlyContinue } }
    ) {
        $result = & $Call
        $result.Verdict | Should -Be $Verdict
        $result.Code | Should -Be $Code
    }

    It 'ends the program and what it started when PowerShell is ended by <_>' -ForEach 'HUP', 'TERM', 'KILL' {
        $script = "Import-Module '$module'; Invoke-ProtectedJob sh -ArgumentList '-c', 'setsid sleep 1000 & echo `$! `$`$ >pids; mv pids begun; wait'"
        $shell = Start-Process dotnet "$PSHOME/pwsh.dll", '-NoProfile', '-NonInteractive', '-EncodedCommand', ([Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($script))) -WorkingDirectory $directory -PassThru
        Wait-Until { Test-Path begun }
        sh -c "kill -$_ $($shell.Id)"
        foreach ($process in (Get-Content begun).Split(' ')) {
            Wait-Until { -not (Test-Path "/proc/$process/stat") -or (Get-Content "/proc/$process/stat" -ErrorAction Ignore) -match '\) Z ' }
        }
    }

    It 'gives arguments and the variables of the session to the command as they are' {
        $env:NFSTOOLS_TEST = 'a b'
        try {
            $null = Invoke-ProtectedJob -FilePath sh -ArgumentList '-c', 'printf "%s|" "$NFSTOOLS_TEST" "$@" > out', 'sh', 'x y', '', '*', "'"
        } finally {
            $env:NFSTOOLS_TEST = $null
        }

        [IO.File]::ReadAllText("$directory/out") | Should -BeExactly "a b|x y||*|'|"
    }

    It 'runs a script block in the scope of the caller' {
        $local = 'before'
        $result = Invoke-ProtectedJob { $local = 'after'; 'written'; Set-Content bb x } -OutputPath bb -Protect
        $local | Should -Be 'after'
        $result.Succeeded | Should -BeTrue
        $result.Output | Should -Be 'written'
    }

    It 'tells what a script block throws, and the exit code of its commands' {
        $result = Invoke-ProtectedJob { throw 'no' } -ErrorAction SilentlyContinue -ErrorVariable told
        $result.Verdict | Should -Be 'Failed'
        $result.Code | Should -Be 1
        $told.Count | Should -BeGreaterOrEqual 2
        (Invoke-ProtectedJob { sh -c 'exit 3' } -ErrorAction SilentlyContinue).Code | Should -Be 3
        (Invoke-ProtectedJob { 'nothing ran' } -ErrorAction SilentlyContinue).Code | Should -Be 0
    }

    It 'is turned on by the environment too' {
        $env:VOV_VW_NFS_PROTECTION = '1'
        try {
            (Invoke-ProtectedJob true -OutputPath bb -ErrorAction SilentlyContinue).Verdict | Should -Be 'OutputNotWritten'
        } finally {
            $env:VOV_VW_NFS_PROTECTION = $null
        }

        (Invoke-ProtectedJob true -OutputPath bb).Verdict | Should -Be 'Succeeded'
    }

    It 'writes a report' {
        $null = Invoke-ProtectedJob cp aa, bb -InputPath aa -OutputPath bb -Protect -ReportPath r.json
        $report = Get-Content r.json -Raw | ConvertFrom-Json
        $report.verdict | Should -Be 'succeeded'
        $report.outputs[0].written | Should -BeTrue
    }

    It 'knows the files of common commands, and of those in a table of one''s own' {
        $result = Invoke-ProtectedJob cp aa, bb -Protect
        $result.FilesFrom | Should -Be 'capsule'
        $result.Inputs.Path | Should -Be "$directory/aa"
        $result.Outputs.Path | Should -Be "$directory/bb"

        Set-Content table.yaml "capsules:`n  - commands: [cp]`n    outputs: all"
        (Invoke-ProtectedJob cp aa, cc -CapsulePath table.yaml -Protect -ErrorAction SilentlyContinue).Outputs.Path | Should -Be "$directory/aa", "$directory/cc"
        Set-Content table.yaml 'capsules: 5'
        { Invoke-ProtectedJob true -CapsulePath table.yaml -Protect } | Should -Throw -ErrorId "JobFailed,$type"
    }

    It 'learns the files from strace' -Skip:(-not (Get-Command strace -ErrorAction Ignore)) {
        $result = Invoke-ProtectedJob sh '-c', 'cat aa table > bb' -Trace -IgnorePath table -Protect -ErrorAction SilentlyContinue
        $result.FilesFrom | Should -Be 'trace'
        $result.Inputs.Path | Should -Be "$directory/aa"
        $result.Outputs.Path | Should -Be "$directory/bb"
    }

    It 'compares contents with -Hash' {
        $result = Invoke-ProtectedJob cp aa, bb -InputPath aa -OutputPath bb -Protect -Hash
        $result.Outputs[0].HashAfter | Should -Be (Get-FileHash bb).Hash.ToLowerInvariant()
    }

    It 'is stopped by Ctrl+C, and the command with it' {
        $background = Start-Background 'Set-Location $directory; Invoke-ProtectedJob sh "-c", "echo `$`$ > pid; exec sleep 1000"' @{ directory = $directory }
        Wait-Until { (Test-Path pid) -and (Get-Item pid).Length -gt 0 }
        $id = [int](Get-Content pid)
        Stop-Background $background | Should -BeLessThan 5000
        Wait-Until { -not (Get-Process -Id $id -ErrorAction Ignore) }
    }

    It 'does nothing with -WhatIf' {
        Invoke-ProtectedJob touch ran -WhatIf | Should -BeNullOrEmpty
        Test-Path ran | Should -BeFalse
    }

    It 'ends with <Id> when it is called with <What>' -ForEach @(
        @{ What = 'a manifest that is not there'; Id = 'ManifestUnusable'; Call = { Invoke-ProtectedJob true -Expected no.json } }
        @{ What = 'what is no stamp'; Id = 'ExpectationMissing'; Call = { Invoke-ProtectedJob true -Expected 5 } }
        @{ What = 'another provider'; Id = 'PathNotFileSystem'; Call = { Invoke-ProtectedJob true -InputPath env:PATH } }
        @{ What = 'a drive that is not there'; Id = 'PathNotFound'; Call = { Invoke-ProtectedJob true -OutputPath NoDrive:/a } }
    ) {
        $Call | Should -Throw -ErrorId "$Id,$type"
    }

    It 'is shown as a table, and its evidence too' {
        $result = Invoke-ProtectedJob cp aa, bb -InputPath aa -OutputPath bb -Protect
        $result | Out-String -Width 200 | Should -Match 'Verdict +Code +Elapsed +Inputs +Outputs +Command +Reason\s+[- ]+\s+Succeeded +0 '
        $result.Inputs | Out-String -Width 200 | Should -Match 'Ready +Attempts +Waited +Unchanged +Path +Reason\s+[- ]+\s+True '
        $result.Outputs | Out-String -Width 200 | Should -Match 'Written +Size +ModifyTime +ServerStart +Path +Reason\s+[- ]+\s+True +5 '
    }

    It 'leaves no probe behind' {
        $null = Invoke-ProtectedJob cp aa, bb -InputPath aa -OutputPath bb -Protect
        (Get-ChildItem -Force).Name | Should -Be 'aa', 'bb'
    }
}
