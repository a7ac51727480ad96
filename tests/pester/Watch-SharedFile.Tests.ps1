[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.WatchSharedFileCommand'

    # Starts a watch in the background and waits until it is on: a file is made until it is news.
    function Start-Watch {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Suites stop what they start.')]
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'A script block uses it.')]
        param([string] $Script, [string] $Probe = "$directory/probe")
        $seen = [Collections.Concurrent.ConcurrentQueue[object]]::new()
        $background = Start-Background "Set-Location `$directory; $Script | ForEach-Object { `$seen.Enqueue(`$_); `$_ }" @{ directory = $directory; seen = $seen }
        Wait-Until { New-File $Probe; Start-Sleep -Milliseconds 50; $background.Result.IsCompleted -or $seen.Path -contains $Probe }
        $background | Add-Member Seen $seen -PassThru
    }

    # Makes an empty file in one step.
    function New-File {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It writes below TestDrive.')]
        param([string] $Path)
        [IO.File]::Delete($Path)
        [IO.File]::Open($Path, 'CreateNew').Dispose()
    }

    function Wait-FileEvent {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'The script blocks use them.')]
        param($Background, [string] $Kind, [string] $Path)
        Wait-Until { @($Background.Seen).Where({ $_.Kind -eq $Kind -and $_.Path -eq $Path }).Count }
        @($Background.Seen).Where({ $_.Kind -eq $Kind -and $_.Path -eq $Path })[0]
    }

    # The first event of a watch that has something to tell at once.
    function Read-First {
        param([string] $Script)
        $reader = Start-Background "Set-Location `$directory; $Script | Select-Object -First 1" @{ directory = $directory }
        try {
            Wait-Until { $reader.Result.IsCompleted }
            $reader.Shell.EndInvoke($reader.Result)
        } finally {
            $null = Stop-Background $reader
        }
    }

    # A watch's thread is named after the cmdlet; the kernel keeps fifteen characters.
    function Get-WatchThread {
        @(Get-ChildItem /proc/self/task | ForEach-Object { Get-Content "$_/comm" -ErrorAction Ignore }) -eq 'Watch-SharedFil'
    }
}

Describe 'Watch-SharedFile' {
    BeforeEach {
        $directory = Convert-PathToFile "TestDrive:/$([guid]::NewGuid())"
        $null = New-Item $directory -ItemType Directory
        $background = $null
    }

    AfterEach {
        if ($background) {
            Stop-Background $background | Should -BeLessThan 3000
        }

        Get-WatchThread | Should -BeNullOrEmpty
    }

    It 'tells of each change, with the stamps before and after' {
        $background = Start-Watch 'Watch-SharedFile .'
        New-File "$directory/a"
        $null = Wait-FileEvent $background -Kind Created -Path "$directory/a"
        Add-Content "$directory/a" 'four' -NoNewline
        $changed = Wait-FileEvent $background -Kind Changed -Path "$directory/a"
        $changed.Before.Size, $changed.After.Size, "$($changed.Origin)" | Should -Be 0, 4, 'Local'
        Move-Item "$directory/a" "$directory/b"
        (Wait-FileEvent $background -Kind Renamed -Path "$directory/b").OldPath | Should -Be "$directory/a"
        Remove-Item "$directory/b"
        (Wait-FileEvent $background -Kind Deleted -Path "$directory/b").After | Should -BeNullOrEmpty
    }

    It 'ends with Select-Object -First, and leaves nothing running' {
        $background = Start-Watch 'Watch-SharedFile . | Select-Object -First 1'
        Wait-Until { $background.Result.IsCompleted }
        Get-WatchThread | Should -BeNullOrEmpty
        (Get-ChildItem /proc/self/fd -ErrorAction Ignore).LinkTarget -match 'inotify' | Should -BeNullOrEmpty
        $background.Seen.Count | Should -Be 1
    }

    It 'ends when a cmdlet behind it throws, and leaves nothing running' {
        $background = Start-Watch 'try { Watch-SharedFile . | ForEach-Object { $seen.Enqueue($_); throw "enough" } } catch { $null = $_ } @()'
        Wait-Until { $background.Result.IsCompleted }
        Get-WatchThread | Should -BeNullOrEmpty
    }

    It 'stops on Ctrl+C while nothing happens' {
        $background = Start-Watch 'Watch-SharedFile .'
        Get-WatchThread | Should -Be 'Watch-SharedFil'
    }

    It 'keeps wildcards for names yet to come, and takes [ for what it is' {
        $background = Start-Watch 'Watch-SharedFile "x[1]*.csv"' -Probe "$directory/x[1]0.csv"
        New-File "$directory/x1.csv"
        New-File "$directory/other"
        New-File "$directory/x[1]2.csv"
        $null = Wait-FileEvent $background -Kind Created -Path "$directory/x[1]2.csv"
        $background.Seen.Path | Where-Object { $_ -notlike '*/x`[1`]*' } | Should -BeNullOrEmpty
    }

    It 'takes no wildcard in -LiteralPath' {
        $background = Start-Watch 'Watch-SharedFile -LiteralPath "a*b?"' -Probe "$directory/a*b?"
        New-File "$directory/axbx"
        [IO.File]::WriteAllText("$directory/a*b?", 'more')
        $null = Wait-FileEvent $background -Kind Changed -Path "$directory/a*b?"
        $background.Seen.Path | Sort-Object -Unique | Should -Be "$directory/a*b?"
    }

    It 'takes directories from the pipeline, with -Recurse and -Filter' {
        $null = New-Item "$directory/one/two", "$directory/three" -ItemType Directory
        $background = Start-Watch '"one", "three" | Watch-SharedFile -Recurse -Filter *.cfg' -Probe "$directory/three/probe.cfg"
        New-File "$directory/one/two/other"
        New-File "$directory/one/two/a.cfg"
        $null = Wait-FileEvent $background -Kind Created -Path "$directory/one/two/a.cfg"
        $background.Seen.Path | Should -Not -Contain "$directory/one/two/other"
    }

    It 'tells with -StatePath what changed while nobody watched' {
        $null = New-Item "$directory/data" -ItemType Directory
        $first = Start-Watch 'Watch-SharedFile data -StatePath state' -Probe "$directory/data/probe"
        New-File "$directory/data/ready"
        Wait-Until { (Get-Content "$directory/state" -Raw -ErrorAction Ignore) -match '"ready"' }
        Stop-Background $first | Should -BeLessThan 3000
        New-File "$directory/data/late"
        $told = Read-First 'Watch-SharedFile data -StatePath state'
        $told.Path, "$($told.Kind)", "$($told.Origin)" | Should -Be "$directory/data/late", 'Created', 'Unknown'
        Remove-Item "$directory/data/late"
        "$((Read-First 'Watch-SharedFile data -StatePath state').Kind)" | Should -Be 'Deleted' -Because 'what was taken is not told again'
    }

    It 'goes on after a path that is not on the file system' {
        Set-Content "$directory/state" 'nonsense'
        { 'env:PATH', $directory | Watch-SharedFile -StatePath "$directory/state" -ErrorAction SilentlyContinue -ErrorVariable script:problems } | Should -Throw '*state:1:*' -ErrorId "WatchFailed,$type"
        $problems[0].FullyQualifiedErrorId | Should -Be "PathNotFileSystem,$type"
    }

    It 'refuses wildcards in directories' {
        $failure = { Watch-SharedFile "$directory/*/x" } | Should -Throw '*last part*' -ErrorId "WatchFailed,$type" -PassThru
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'refuses <Parameter> <Value>' -ForEach @(
        @{ Parameter = 'PollSeconds'; Value = 0.05 }
        @{ Parameter = 'RequestsPerSecond'; Value = 0 }
        @{ Parameter = 'IdleSlowdown'; Value = 0 }
        @{ Parameter = 'OutageAfterSeconds'; Value = 0 }
    ) {
        $arguments = @{ $Parameter = $Value }
        { Watch-SharedFile $directory @arguments } | Should -Throw -ErrorId "ParameterArgumentValidationError,$type"
    }

    It 'is shown as a table in which no name steers the terminal' {
        $background = Start-Watch 'Watch-SharedFile .'
        $evil = "$directory/x`e]0;title`a`nz"
        New-File $evil
        $told = Wait-FileEvent $background -Kind Created -Path $evil
        $text = $told | Out-String -Width 500
        $text | Should -Match 'SeenAt +Kind +Origin +Path +OldPath'
        $text | Should -Match '\d\d:\d\d:\d\d\.\d{3}Z +Created +Local +\S+/x\?\]0;title\? z'
        $told | Format-List | Out-String -Width 500 | Should -Match 'Path +: \S+/x\?\]0;title\? z'
    }
}

Describe 'Watch-SharedFile -Content' {
    BeforeEach {
        $directory = Convert-PathToFile "TestDrive:/$([guid]::NewGuid())"
        $null = New-Item $directory -ItemType Directory
        $store = "$directory/accounting.db"
        $pipeline = 'Watch-SharedFile $directory/lsb.acct -Content -ResumeFrom $store | ConvertFrom-AccountingLog | Add-AccountingRecord -Store $store -PassThru | ForEach-Object { $seen.Enqueue($_.JobId) }'

        # Runs the pipeline until it has stored a job.
        function Invoke-Pipeline {
            [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'A script block uses it.')]
            param([long] $UntilJob)
            $seen = [Collections.Concurrent.ConcurrentQueue[long]]::new()
            $background = Start-Background $pipeline @{ directory = $directory; store = $store; seen = $seen }
            try {
                Wait-Until { $background.Result.IsCompleted -or $seen -contains $UntilJob }
            } finally {
                $null = Stop-Background $background
            }
            [long[]] $seen
        }
    }

    It 'stores each record once, with ConvertFrom-AccountingLog and Add-AccountingRecord, over restarts and rotations' {
        New-Log "$directory/lsb.acct" -Jobs 3
        Invoke-Pipeline 3 | Should -Be 1, 2, 3
        New-JobLine -JobId 4 | Add-Content "$directory/lsb.acct"
        Add-Content "$directory/lsb.acct" '# a comment', 'damage'
        Invoke-Pipeline 4 | Should -Be 4
        Move-Item "$directory/lsb.acct" "$directory/lsb.acct.1"
        New-Log "$directory/lsb.acct" -Jobs 2 -FirstId 5
        Invoke-Pipeline 6 | Should -Be 5, 6

        (Get-AccountingRecord $store).JobId | Sort-Object | Should -Be 1, 2, 3, 4, 5, 6
        Test-AccountingStore $store | Should -BeTrue
        $summary = Invoke-AccountingCollector "$directory/lsb.acct" $store -Once
        $summary.Bytes | Should -Be 0 -Because 'the store knows how far the pipeline has read'
        (Get-AccountingCollector -Store $store).Rejects | Measure-Object -Sum | ForEach-Object Sum | Should -Be 1
    }

    It 'stores a record as soon as it is written' {
        New-Log "$directory/lsb.acct" -Jobs 1
        $seen = [Collections.Concurrent.ConcurrentQueue[long]]::new()
        $background = Start-Background $pipeline @{ directory = $directory; store = $store; seen = $seen }
        try {
            Wait-Until { $seen -contains 1 }
            New-JobLine -JobId 2 | Add-Content "$directory/lsb.acct"
            Wait-Until { $seen -contains 2 }
        } finally {
            $null = Stop-Background $background
        }
        @(Get-AccountingRecord $store).Count | Should -Be 2
    }

    It 'tells the place of each line, and files records under the cluster that the path names' {
        $null = New-Item "$directory/c7/logdir" -ItemType Directory
        New-Log "$directory/c7/logdir/lsb.acct" -Jobs 2
        @() | Add-AccountingRecord $store
        $lines = Watch-SharedFile "$directory/c7/logdir/*.acct" -Content -ResumeFrom $store | Select-Object -First 2
        $lines[1].Offset | Should -Be $lines[0].Length
        $lines.Path | Should -Be (@("$directory/c7/logdir/lsb.acct") * 2)
        "$($lines[0])" | Should -Match '^"JOB_FINISH" '
        ($lines | ConvertFrom-AccountingLog).Cluster | Should -Be 'c7', 'c7'
    }

    It 'warns of a log that is not there, and waits for it' {
        $seen = [Collections.Concurrent.ConcurrentQueue[object]]::new()
        $background = Start-Background 'Watch-SharedFile $directory/later -Content 3>&1 | ForEach-Object { $seen.Enqueue($_) }' @{ directory = $directory; seen = $seen }
        try {
            Wait-Until { $seen.Count }
            "$(@($seen)[0])" | Should -Be "$directory/later: the file is not there; waiting for it"
            'first' | Set-Content "$directory/later"
            Wait-Until { $seen.Count -gt 1 }
            @($seen)[1].Line | Should -Be 'first'
        } finally {
            $null = Stop-Background $background
        }
    }

    It 'ends with WatchFailed for a directory, and for a store that is not there' {
        $null = { Watch-SharedFile $directory -Content } | Should -Throw '*this is a directory*' -ErrorId "WatchFailed,$type"
        $null = { Watch-SharedFile "$directory/a" -Content -ResumeFrom "$directory/none.db" } | Should -Throw '*no such store*' -ErrorId "WatchFailed,$type"
    }
}
