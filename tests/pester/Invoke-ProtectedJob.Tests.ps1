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

    It 'tells that the location was deleted' {
        $gone = New-Item "$directory/gone" -ItemType Directory
        Push-Location $gone
        try {
            $gone.Delete()
            { Invoke-ProtectedJob /bin/true -ErrorAction Stop } | Should -Throw "*${gone}: there is no such directory*"
        }
        finally {
            Pop-Location
        }
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
        (1, 2 | ForEach-Object { Invoke-ProtectedJob { $_ } }).Output | Should -Be 1, 2
        $result.Succeeded | Should -BeTrue
        $result.Output | Should -Be 'written'
    }

    It 'does not believe a script block that <What>' -ForEach @(
        @{ What = 'writes an error'; Code = 1; Output = 'before', 'after'; Errors = 1; Block = { 'before'; Write-Error no; 'after' } }
        @{ What = 'has a cmdlet that fails'; Code = 1; Output = @('after'); Errors = 1; Block = { Get-Item ./missing; 'after' } }
        @{ What = 'has a statement that fails'; Code = 1; Output = @(); Errors = 1; Block = { 1 / 0 } }
        @{ What = 'throws'; Code = 1; Output = @('before'); Errors = 1; Block = { 'before'; throw 'no'; 'after' } }
        @{ What = 'stops at errors'; Code = 1; Output = @(); Errors = 1; Block = { Get-Item ./missing -ErrorAction Stop; 'after' } }
        @{ What = 'has a program that fails'; Code = 3; Output = @('after'); Errors = 0; Block = { sh -c 'exit 3'; 'after' } }
        @{ What = 'writes an error and exits as if it had not'; Code = 1; Output = @(); Errors = 1; Block = { Write-Error no; exit 0 } }
        @{ What = 'exits'; Code = 4; Output = @('before'); Errors = 0; Block = { 'before'; exit 4; 'after' } }
    ) {
        $ErrorActionPreference = 'Continue'
        $written = @(Invoke-ProtectedJob $Block -ErrorAction SilentlyContinue -ErrorVariable told)
        $? | Should -BeFalse
        $result = $written[-1]
        $result.Verdict | Should -Be 'Failed'
        $result.Code | Should -Be $Code
        $result.Output | Should -Be $Output
        $written | Select-Object -SkipLast 1 | Should -Be $Output
        @($result.ErrorOutput).Count | Should -Be $Errors
        $told.FullyQualifiedErrorId | Should -Contain "JobFailed,$type"
        $told.Count | Should -Be ($Errors + 1)
    }

    It 'believes a script block that <What>' -ForEach @(
        @{ What = 'returns'; Output = 'a', 'b'; Block = { 'a'; return 'b'; 'c' } }
        @{ What = 'exits well'; Output = @('a'); Block = { 'a'; sh -c 'exit 3'; exit 0 } }
        @{ What = 'breaks'; Output = @('a'); Block = { 'a'; break; 'b' } }
        @{ What = 'sees to its errors'; Output = @('handled'); Block = { try { throw 'no' } catch { 'handled' }; Remove-Item ./missing -ErrorAction SilentlyContinue } }
        @{ What = 'has a program that writes to standard error'; Output = @('a'); Block = { sh -c 'echo note >&2'; 'a' } }
        @{ What = 'writes an error record as an object'; Output = @('no'); Block = { try { throw 'no' } catch { $_ } } }
    ) {
        $result = (Invoke-ProtectedJob $Block -ErrorVariable told 2>$null)[-1]
        $? | Should -BeTrue
        $result.Verdict | Should -Be 'Succeeded'
        $result.Output.ForEach({ "$_" }) | Should -Be $Output
        $told | Where-Object FullyQualifiedErrorId -NotLike 'NativeCommand*' | Should -BeNullOrEmpty
    }

    It 'ends a script block at its first error where that is asked for' {
        { Invoke-ProtectedJob { Write-Error 'the first'; Set-Content after x } -ErrorAction Stop } | Should -Throw 'the first'
        { Invoke-ProtectedJob { Get-Item ./missing; Set-Content after x } -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound*'
        { $ErrorActionPreference = 'Stop'; Invoke-ProtectedJob { throw 'the second' } } | Should -Throw 'the second'
        Test-Path after | Should -BeFalse
    }

    It 'writes what a script block writes to other streams there too' {
        $written = Invoke-ProtectedJob { Write-Warning w; Write-Information i; Write-Verbose v -Verbose } 3>&1 4>&1 6>&1
        $written[0..2].ForEach({ $_.GetType().Name }) | Should -Be 'WarningRecord', 'InformationRecord', 'VerboseRecord'
        $written[3].Succeeded | Should -BeTrue
    }

    It 'refuses -<Option> with a script block, which it cannot serve' -ForEach @(
        @{ Option = 'TimeoutSeconds'; Value = 5 }
        @{ Option = 'GraceSeconds'; Value = 5 }
        @{ Option = 'Trace'; Value = $true }
        @{ Option = 'IgnorePath'; Value = 'a' }
        @{ Option = 'CapsulePath'; Value = 'a' }
        @{ Option = 'ArgumentList'; Value = 'a' }
    ) {
        $given = @{ $Option = $Value }
        { Invoke-ProtectedJob { Set-Content ran x } @given } | Should -Throw -ErrorId "ParameterMisplaced,$type" -ExpectedMessage "-$Option goes with a program*"
        Test-Path ran | Should -BeFalse
    }

    It 'writes a program''s lines to PowerShell''s streams, and the result behind them' {
        $written = Invoke-ProtectedJob sh '-c', 'echo one; echo "zwei ä"; echo note >&2' 2> err.txt
        $written[0..1] | Should -Be 'one', 'zwei ä'
        $written[2].Succeeded | Should -BeTrue
        $written[2].Output | Should -Be 'one', 'zwei ä'
        $written[2].ErrorOutput | Should -Be 'note'
        Get-Content err.txt | Should -Be 'note'

        Invoke-ProtectedJob sh '-c', 'echo one' > out.txt
        (Get-Content out.txt)[0] | Should -Be 'one'
        (Invoke-ProtectedJob sh '-c', 'echo note >&2' 2>&1)[0] | Should -BeOfType ([Management.Automation.ErrorRecord])
    }

    It 'writes the result alone where that is asked for' {
        $result = Invoke-ProtectedJob sh '-c', 'seq 2000; echo note >&2' -ResultOnly
        $result.Verdict | Should -Be 'Succeeded'
        $result.Output.Count | Should -Be 2000
        $result.ErrorOutput | Should -Be 'note'
        (Invoke-ProtectedJob { 1..3 } -ResultOnly).Output | Should -Be 1, 2, 3
    }

    It 'takes a line on standard error for no error' {
        $ErrorActionPreference = 'Stop'
        $written = Invoke-ProtectedJob sh '-c', 'echo note >&2; echo on' 2>$null
        $? | Should -BeTrue
        $written[0] | Should -Be 'on'
        $null = Invoke-ProtectedJob sh '-c', 'echo note >&2' -ErrorVariable told 2>$null
        "$told" | Should -Be 'note'
        Invoke-ProtectedJob sh '-c', 'echo note >&2' -ErrorAction SilentlyContinue 2>&1 | Should -Not -BeOfType ([Management.Automation.ErrorRecord])
    }

    It 'runs nothing where input is piped to the job, whether there is some or not' {
        foreach ($given in @('one', 'two'), @()) {
            { $given | Invoke-ProtectedJob touch ran -ErrorAction SilentlyContinue } | Should -Throw 'touch: the job was not run: it takes no input from the pipeline.' -ErrorId 'JobFailed,*'
        }

        'ran' | Should -Not -Exist
    }

    It 'is not blocked by much output on both streams, and keeps the last of it alone' {
        $result = $null
        $count = 0
        Invoke-ProtectedJob sh '-c', 'seq 20000 & seq 20000 >&2; wait' 2>$null | ForEach-Object { $count++; $result = $_ }
        $count | Should -Be 20001
        $result.Output.Count | Should -Be 1000
        $result.Output[-1] | Should -Be '20000'
        $result.ErrorOutput[-1] | Should -Be '20000'
    }

    It 'ends the program when nobody wants to read more' {
        Invoke-ProtectedJob sh '-c', 'echo $$; while :; do echo x; done' | Select-Object -First 1 -OutVariable id | Should -Not -BeNullOrEmpty
        Get-Process -Id ([int]$id[0]) -ErrorAction Ignore | Should -BeNullOrEmpty
        "$(Invoke-ProtectedJob yes -ErrorAction Stop | Select-Object -First 1)" | Should -Be 'y'
        "$(Invoke-ProtectedJob sh '-c', 'yes >&2' 2>&1 | Select-Object -First 1)" | Should -Be 'y'
        "$(Invoke-ProtectedJob { 'y'; throw 'no' } | Select-Object -First 1)" | Should -Be 'y'
    }

    It 'does not wait for what the program leaves running' {
        $written = Invoke-ProtectedJob sh '-c', 'while sleep 0.5; do echo more; done & echo $!'
        $written[-1].Succeeded | Should -BeTrue
        Stop-Process -Id ([int]$written[0]) -ErrorAction Ignore
    }

    It 'leaves the streams of a background job alone' {
        $script = "Import-Module '$module'; Invoke-ProtectedJob sh '-c', 'echo one; cat; echo two'"
        $written = Start-Job ([scriptblock]::Create($script)) | Receive-Job -Wait -AutoRemoveJob
        $written[0..1] | Should -Be 'one', 'two'
        $written[2].Verdict | Should -Be 'Succeeded'
    }

    It 'passes this process''s own streams through where nobody wants the lines' {
        pwsh -NoProfile -NonInteractive -Command "Import-Module '$module'; Invoke-ProtectedJob sh '-c', 'readlink /proc/self/fd/1; readlink /proc/`$PPID/fd/1'" | Select-Object -First 2 | Select-Object -Unique | Should -Match '^pipe:'
    }

    It 'checks the known files of a program where the environment asks for it' {
        (Invoke-ProtectedJob cp aa, bb).Protected | Should -BeFalse
        $env:VOV_VW_NFS_PROTECTION = '1'
        try {
            (Invoke-ProtectedJob cp aa, bb).Inputs.Path | Should -Be "$directory/aa"
        } finally {
            $env:VOV_VW_NFS_PROTECTION = $null
        }
    }

    It 'checks the files of a program where -<Option> asks for more of it' -ForEach @(
        @{ Option = 'Hash'; Value = $true }
        @{ Option = 'CapsulePath'; Value = 'table.yaml' }
    ) {
        Set-Content table.yaml "capsules:`n  - commands: [cp]`n    inputs: first`n    outputs: last"
        $given = @{ $Option = $Value }
        $result = Invoke-ProtectedJob cp aa, bb @given
        $result.Protected | Should -BeTrue
        $result.Outputs.Written | Should -BeTrue
    }

    It 'checks the files that -<Parameter> names' -ForEach @(
        @{ Parameter = 'InputPath'; Verdict = 'InputsNotReady'; Call = { Invoke-ProtectedJob true -InputPath missing -RetryCount 0 @common } }
        @{ Parameter = 'OutputPath'; Verdict = 'OutputNotWritten'; Call = { Invoke-ProtectedJob true -OutputPath bb @common } }
        @{ Parameter = 'OutputPath of a block'; Verdict = 'OutputNotWritten'; Call = { Invoke-ProtectedJob { } -OutputPath bb @common } }
        @{ Parameter = 'Expected'; Verdict = 'InputsNotReady'; Call = { Invoke-ProtectedJob true -Expected $stamp -RetryCount 0 @common } }
    ) {
        Set-Content gone x
        $stamp = Get-FileTimestamp gone
        Remove-Item gone
        $common = @{ ErrorAction = 'SilentlyContinue' }
        $result = & $Call
        $result.Protected | Should -BeTrue
        $result.Verdict | Should -Be $Verdict

        $common = @{ Protect = $false }
        $warned, $result = & $Call 3>&1
        $warned | Should -Match 'not checked: -Protect:\$false'
        $result.Verdict | Should -Be 'Succeeded'
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
        $result | Out-String -Width 200 | Should -Match 'Verdict +Code +Elapsed +InputCount +OutputCount +Command +Reason\s+[- ]+\s+Succeeded +0 '
        $result.Inputs | Out-String -Width 200 | Should -Match 'Ready +Attempts +Waited +Unchanged +Path +Reasons\s+[- ]+\s+True '
        $result.Outputs | Out-String -Width 200 | Should -Match 'Written +Size +ModifyTime +ServerStart +Path +Reason\s+[- ]+\s+True +5 '
    }

    It 'leaves no probe behind' {
        $null = Invoke-ProtectedJob cp aa, bb -InputPath aa -OutputPath bb -Protect
        (Get-ChildItem -Force).Name | Should -Be 'aa', 'bb'
    }
}
