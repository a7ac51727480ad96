[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeDiscovery {
    # Each with a file of a hostile name: a log with a damaged line, or one that is not there.
    $calls = @(
        { Add-AccountingRecord "$gone/a.db" $job }
        { Add-AccountingRecord $store $job, $other }
        { Backup-AccountingStore $store $file }
        { Backup-AccountingStore $gone "$gone/copy" }
        { "$hostileText damaged" | ConvertFrom-AccountingLog }
        { Get-AccountingCollector $gone }
        { Get-AccountingCollector $store -Rejects | Out-String -Width 10000 }
        { Get-AccountingRecord $gone }
        { Get-AccountingRecord $store -User "$hostileText*" }
        { Get-FileTimestamp "$file/x", $gone -ExportPath "$gone/m" }
        { Get-FileTimestamp -ImportPath $file }
        { Get-SharedFileSystem $file, $gone }
        { Import-AccountingLog $file, $gone }
        { Invoke-AccountingCollector $file "$directory/2.db" -Cluster $hostileText -Once }
        { Invoke-AccountingCollector -ConfigPath $file }
        { Invoke-JobFlow $file, $gone }
        { Invoke-ProtectedJob $gone }
        { Invoke-ProtectedJob true -InputPath $gone -RetryCount 0 }
        { Invoke-ProtectedJob true -InputPath $file -OutputPath $gone -Expected $file }
        { Invoke-ProtectedJob { true } -OutputPath $gone }
        { Lock-SharedFile "$gone/lock" }
        { Lock-SharedFile $held -Purpose $hostileText; Lock-SharedFile $held }
        { Measure-AccountingRecord -Store $gone }
        { Measure-SharedFileSystem $gone }
        { Test-AccountingStore $file, $store }
        { Test-FileTimestamp $file, $gone -NewerThan '2100-01-01' -RetryCount 0 }
        { Test-FileTimestamp $file -Expected $gone }
        { Test-JobFlow $file }
        { Wait-SharedFile $gone -TimeoutSeconds 0 }
        { Wait-SharedFile $file -NewerThan $gone -TimeoutSeconds 0 }
        { Watch-SharedFile "$gone/*" -StatePath $file }
        { Watch-SharedFile $file -Content -ResumeFrom $gone }
    ).ForEach({ @{ Call = $_ } })
}

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $directory = (Convert-PathToFile TestDrive:/).TrimEnd('/')
    $file = "$directory/$hostileText"
    $gone = "$directory/gone $hostileText"
    $held = "$directory/held $hostileText"
    $store = "$directory/$hostileText.db"
    $job = New-JobLine -JobId 7 -User $hostileText | ConvertFrom-AccountingLog
    $other = New-JobLine -JobId 7 -User "$hostileText." | ConvertFrom-AccountingLog
    [IO.File]::WriteAllText($file, (New-JobLine -User $hostileText -Name $hostileText) + "`n$hostileText damaged`n")
    Invoke-AccountingCollector $file $store -Cluster $hostileText -Once -WarningAction SilentlyContinue

    # A directory with names that no text of PowerShell has.
    $bytes = "$directory/bytes"
    sh -c 'mkdir -p "$0/caf$(printf ''\351'')" && cd "$0" && for n in "n$(printf ''\351'')" "n$(printf ''\352'')" plain; do echo "$n" > "$n"; done; touch "back\\slash"' $bytes
}

AfterAll {
    # PowerShell cannot remove it.
    sh -c 'rm -r "$0"' $bytes
}

Describe 'A hostile name' {
    It 'reaches no stream: <Call>' -ForEach $calls {
        foreach ($ErrorView in 'ConciseView', 'NormalView') {
            $told = & {
                try {
                    $VerbosePreference = 'Continue'
                    & $Call
                } catch {
                    $_
                    $_.Exception.Message
                }
            } *>&1
            $told | Unlock-SharedFile -ErrorAction Ignore
            $text = $told.ForEach({
                    $_ -is [Management.Automation.ErrorRecord] ? ($_ | Out-String -Width 10000) + $_.ErrorDetails.RecommendedAction : $_ | Out-String -Width 10000
                }) -join ''
            Get-HostilePoint $text | Should -BeNullOrEmpty
            $text | Should -Not -BeNullOrEmpty
        }
    }

    It 'is not offered by completion' {
        Get-CompletionOf "Get-AccountingRecord -Store '$store' -User x" | Should -BeNullOrEmpty
    }
}

Describe 'A name that is not UTF-8' {
    It 'is read as it is written' {
        $stamp = Get-FileTimestamp "$bytes/n\xE9"
        $stamp.Exists, $stamp.Size | Should -Be $true, 3
        ($stamp | Out-String -Width 500) | Should -Match 'n\\xE9'
        Test-FileTimestamp "$bytes/n\xe9" -Expected $stamp | Should -BeTrue
        Test-FileTimestamp "$bytes/n\xEA" -Expected $stamp -RetryCount 0 | Should -BeFalse
        (Get-FileTimestamp "$bytes/n\xEB").Exists | Should -BeFalse
        (Wait-SharedFile "$bytes/n\xE9" -TimeoutSeconds 0 -PassThru).Met | Should -BeTrue
        (Get-SharedFileSystem "$bytes/caf\xE9").Responds | Should -BeTrue
    }

    It 'passes from cmdlet to cmdlet, and through manifests' {
        Get-FileTimestamp "$bytes/n\xE9" | Get-FileTimestamp | ForEach-Object Exists | Should -BeTrue
        $null = Get-FileTimestamp "$bytes/n\xE9", "$bytes/n\xEA" -ExportPath "$directory/m.json"
        (Get-FileTimestamp -ImportPath "$directory/m.json" | Get-FileTimestamp).Exists | Should -Be $true, $true
        Test-FileTimestamp "$bytes/n\xE9" -Expected "$directory/m.json" | Should -BeTrue
        (Get-Content "$directory/m.json" | ConvertFrom-Json).files | Get-FileTimestamp | ForEach-Object Exists | Should -Be $true, $true
    }

    It 'is what a wildcard means' {
        $stamps = Get-FileTimestamp "$bytes/n*"
        $stamps.Exists | Should -Be $true, $true
        ($stamps | Out-String -Width 500) | Should -Match '(?s)n\\xE9.*n\\xEA'
    }

    It 'is told of when PowerShell has lost it' {
        $told = Get-ChildItem $bytes -Filter 'n*' -Force | Get-FileTimestamp -ErrorAction SilentlyContinue -ErrorVariable failures
        $told | Should -BeNullOrEmpty
        $failures.Count | Should -Be 2
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'PathNameLost,*'
        $failures[0].ErrorDetails.RecommendedAction | Should -Be "Write the name as $bytes/n\xE9 or $bytes/n\xEA."
        { Wait-SharedFile "$bytes/n$([char]0xFFFD)" -Gone -ErrorAction Stop } | Should -Throw -ErrorId 'PathNameLost,*'
        { Invoke-ProtectedJob true -InputPath "$bytes/x$([char]0xFFFD)" } | Should -Throw -ErrorId 'PathNameLost,*'
    }

    It 'can be what a job reads and writes, and a flow' {
        $result = Invoke-ProtectedJob sh '-c', 'cat < "$0/n$(printf "\351")" > "$0/o$(printf "\351")"', $bytes -InputPath "$bytes/n\xE9" -OutputPath "$bytes/o\xE9" -RecordPath "$bytes/r\xE9" -ReportPath "$bytes/p\xE9"
        $result.Succeeded | Should -BeTrue
        (Get-FileTimestamp -ImportPath "$bytes/r\xE9").Exists | Should -BeTrue
        (Get-FileTimestamp "$bytes/p\xE9").Size | Should -BeGreaterThan 100
        $lock = Lock-SharedFile "$bytes/l\xE9"
        (Get-FileTimestamp "$bytes/l\xE9").Exists | Should -BeTrue
        $lock | Unlock-SharedFile
        sh -c 'printf "jobs:\n- name: a\n  command: [\"true\"]\n" > "$0/f$(printf "\351")"' $bytes
        Test-JobFlow "$bytes/f\xE9" | Should -BeTrue
        (Invoke-JobFlow "$bytes/f\xE9").Status | Should -Be 'Succeeded'
    }

    It 'is watched, read as a log, and a store' {
        $background = Start-Background 'Watch-SharedFile -Path "$bytes/caf\xE9" -PollSeconds 0.2 -StatePath "$bytes/s\xE9" | Select-Object -First 1 | Get-FileTimestamp' @{ bytes = $bytes }
        Wait-Until {
            sh -c 'echo x > "$0/caf$(printf "\351")/new$RANDOM$$"' $bytes
            $background.Result.IsCompleted
        }
        $background.Shell.EndInvoke($background.Result).Exists | Should -BeTrue
        $null = Stop-Background $background
        sh -c 'printf "%s\n" "$1" > "$0/log$(printf "\351")"' $bytes (New-JobLine -User bob)
        (Import-AccountingLog "$bytes/log\xE9").User | Should -Be bob
        (Invoke-AccountingCollector "$bytes/log\xE9" "$directory/log.db" -Once).Records | Should -Be 1
        (Get-AccountingCollector "$directory/log.db" | Out-String -Width 300) | Should -Match 'log\\xE9'
        (Invoke-AccountingCollector "$bytes/log\xE9" "$bytes/store\xE9" -Once).Records | Should -Be 1
        (Get-AccountingRecord "$bytes/store\xE9").User | Should -Be bob
        Test-AccountingStore "$bytes/store\xE9" | Should -BeTrue
    }
}

Describe 'A backslash in a name' {
    It 'is no slash, where an object has the name or it is written \x5C' {
        (Get-FileTimestamp "$bytes/back\x5Cslash").Exists | Should -BeTrue
        (Get-FileTimestamp "$bytes/back\x5Cslash" | Get-FileTimestamp).Exists | Should -BeTrue
    }
}
