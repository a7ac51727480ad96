[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"
    $own = (Get-Module NfsTools).ExportedCmdlets.Values.ForEach({
            $command = $_
            $command.Parameters.Values.Where({
                    $_.Name -notin [Management.Automation.Cmdlet]::CommonParameters -and $_.Name -notin [Management.Automation.Cmdlet]::OptionalCommonParameters
                }).ForEach({ @{ Command = $command.Name; Parameter = $_.Name; IsSwitch = $_.ParameterType -eq [switch]; IsList = $_.ParameterType.IsArray; FromPipeline = $_.ParameterSets.Values.ValueFromPipeline -contains $true } })
        })
}

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $directory = Convert-PathToFile TestDrive:/binding
    $null = New-Item $directory -ItemType Directory
    Push-Location $directory
    'aa', 'b[1]', 'b1' | ForEach-Object { [IO.File]::WriteAllText("$directory/$_", '12345') }
    New-Log lsb.acct -Jobs 2
    Set-Content flow.yaml "jobs:`n  - name: a`n    command: [touch, out]`n    outputs: [out]"
    $null = Invoke-AccountingCollector lsb.acct -Store a.db -Once

    # As another session would send it.
    function Copy-AsDeserialized {
        process { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($_)) }
    }
}

AfterAll {
    Pop-Location
}

Describe 'An object as a path' {
    It 'is taken by its property: <What>' -ForEach @(
        @{ What = 'the column Path of a CSV file'; Object = { ConvertFrom-Csv "Path,Size", 'b[1],5' } }
        @{ What = 'FullName'; Object = { [pscustomobject]@{ FullName = "$directory/b[1]"; Name = 'x' } } }
        @{ What = 'LiteralPath'; Object = { [pscustomobject]@{ LiteralPath = 'b[1]' } } }
        @{ What = 'a stamp'; Object = { Get-FileTimestamp -LiteralPath 'b[1]' } }
        @{ What = 'a stamp from another session'; Object = { Get-FileTimestamp -LiteralPath 'b[1]' | Copy-AsDeserialized } }
        @{ What = 'a check'; Object = { Test-FileTimestamp -LiteralPath 'b[1]' -Detailed } }
        @{ What = 'what a file system is asked about'; Object = { Get-SharedFileSystem -LiteralPath 'b[1]' } }
        @{ What = 'a line of a followed log'; Object = { [pscustomobject]@{ PSTypeName = 'Deserialized.NfsTools.Watching.LogLine'; Path = "$directory/b[1]"; Line = 'x' } } }
        @{ What = 'a property that is a file'; Object = { [pscustomobject]@{ Path = Get-Item -LiteralPath 'b[1]' } } }
        @{ What = 'a property that is a path of PowerShell'; Object = { [pscustomobject]@{ Path = Resolve-Path -LiteralPath 'b[1]' } } }
        @{ What = 'a file of Get-Item'; Object = { Get-Item -LiteralPath 'b[1]' } }
        @{ What = 'a file of .NET'; Object = { [IO.FileInfo]::new("$directory/b[1]") } }
        @{ What = 'a file from another session'; Object = { Get-Item -LiteralPath 'b[1]' | Copy-AsDeserialized } }
        @{ What = 'a match of Select-String'; Object = { Select-String -LiteralPath 'b[1]' -Pattern 5 } }
    ) {
        $file = "$directory/b[1]"
        $given = & $Object
        ($given | Get-FileTimestamp).Path | Should -Be $file
        (Get-FileTimestamp $given).Path | Should -Be $file
        (Get-FileTimestamp -LiteralPath $given).Path | Should -Be $file
        $given | Test-FileTimestamp -NewerThan 2001-01-01 | Should -BeTrue
        ($given | Wait-SharedFile -PassThru).Path | Should -Be $file
        ($given | Get-SharedFileSystem).Path | Should -Be $file
        (Invoke-ProtectedJob true -InputPath $given).Inputs.Path | Should -Be $file
    }

    It 'is taken from a watch' {
        $background = Start-Background 'Set-Location $directory; Watch-SharedFile . -Filter made -PollSeconds 0.1 | Get-FileTimestamp | Select-Object -First 1' @{ directory = $directory }
        try {
            Wait-Until { Set-Content made x; $background.Result.IsCompleted }
            $background.Shell.EndInvoke($background.Result).Path | Should -Be "$directory/made"
        } finally {
            $null = Stop-Background $background
        }
    }

    It 'is taken by each cmdlet that works on files' {
        $log = Get-FileTimestamp lsb.acct
        ($log | Import-AccountingLog).Count | Should -Be 2
        ($log | Invoke-AccountingCollector -Store b.db -Once).Records | Should -Be 2
        Get-FileTimestamp a.db | Test-AccountingStore | Should -BeTrue
        (Get-FileTimestamp a.db | Get-AccountingCollector).Path | Should -Be "$directory/lsb.acct"
        (Get-AccountingRecord (Get-FileTimestamp a.db)).Count | Should -Be 2
        Get-FileTimestamp flow.yaml | Test-JobFlow | Should -BeTrue
        ([pscustomobject]@{ Path = $directory } | Measure-SharedFileSystem).Path | Should -Be $directory
        (Lock-SharedFile (Get-FileTimestamp aa.lock)).Path | Should -Be "$directory/aa.lock"
    }

    It 'is refused by <Command> where it has none, and the others are taken' -ForEach @(
        @{ Command = 'Get-FileTimestamp'; Good = 'aa'; Count = 1; Options = @{} }
        @{ Command = 'Get-SharedFileSystem'; Good = 'aa'; Count = 1; Options = @{} }
        @{ Command = 'Measure-SharedFileSystem'; Good = '.'; Count = 1; Options = @{} }
        @{ Command = 'Wait-SharedFile'; Good = 'aa'; Count = 1; Options = @{ PassThru = $true } }
        @{ Command = 'Import-AccountingLog'; Good = 'lsb.acct'; Count = 2; Options = @{} }
        @{ Command = 'Invoke-AccountingCollector'; Good = 'lsb.acct'; Count = 1; Options = @{ Store = 'c.db'; Once = $true } }
        @{ Command = 'Test-AccountingStore'; Good = 'a.db'; Count = 1; Options = @{} }
        @{ Command = 'Get-AccountingCollector'; Good = 'a.db'; Count = 1; Options = @{} }
        @{ Command = 'Test-JobFlow'; Good = 'flow.yaml'; Count = 1; Options = @{} }
    ) {
        foreach ($bad in [pscustomobject]@{ Name = 'aa' }, @{ Path = 'aa' }, (Get-Date), [Diagnostics.Stopwatch]::new(), [pscustomobject]@{ Path = 'aa', 'b1' },
            [pscustomobject]@{ Path = @{ Path = 'aa' } }) {
            $written = @($bad, $Good | & $Command @Options -ErrorAction SilentlyContinue -ErrorVariable told)
            $written.Count | Should -Be $Count
            $told.Count | Should -Be 1
            $told[0].FullyQualifiedErrorId | Should -BeLike 'PathMissing,*'
            $told[0].Exception.Message | Should -BeLike 'An object of the type * names no file: it has no path.'
        }
    }

    It 'makes a test false, and keeps a manifest from being written, where it has none' {
        [pscustomobject]@{ Name = 'aa' }, 'aa' | Test-FileTimestamp -ErrorAction SilentlyContinue | Should -BeFalse
        [pscustomobject]@{ Name = 'aa' } | Test-FileTimestamp -ErrorAction SilentlyContinue | Should -BeFalse
        $null = [pscustomobject]@{ Name = 'aa' }, 'aa' | Get-FileTimestamp -ExportPath m.json -ErrorAction SilentlyContinue -ErrorVariable told
        $told[1].FullyQualifiedErrorId | Should -BeLike 'ManifestUnusable,*'
        Test-Path m.json | Should -BeFalse
    }

    It 'ends the cmdlet as the value of another parameter where it has none' {
        { Invoke-ProtectedJob true -InputPath (Get-Date) } | Should -Throw -ErrorId 'PathMissing,*'
        { Get-Date | Watch-SharedFile -ErrorAction Stop } | Should -Throw -ErrorId 'PathMissing,*'
        { Invoke-ProtectedJob (Get-Date) } | Should -Throw -ErrorId 'PathMissing,*'
        { Invoke-ProtectedJob -FilePath { true } } | Should -Throw -ErrorId 'PathMissing,*'
        { Lock-SharedFile (Get-Date) } | Should -Throw -ErrorId 'PathMissing,*'
        { Get-AccountingRecord ([pscustomobject]@{ Name = 'Host=a' }) } | Should -Throw -ErrorId 'PathMissing,*'
    }

    It 'is a program''s too' {
        foreach ($program in (Get-Item /bin/sh), (Get-Command sh -CommandType Application | Select-Object -First 1), [IO.FileInfo]::new('/bin/sh')) {
            (Invoke-ProtectedJob $program '-c', 'exit 0').Succeeded | Should -BeTrue
        }
    }

    It 'is not meant by a text or a number' {
        (Get-FileTimestamp 5).Path | Should -Be "$directory/5"
        ('b*1*' | Get-FileTimestamp).Path | Should -Be "$directory/b[1]", "$directory/b1"
        (Get-Item aa | Get-FileTimestamp -LiteralPath { $_.FullName }).Path | Should -Be "$directory/aa"
    }
}

Describe 'An object as a time' {
    It 'is a stamp, of this session or another, or a file' {
        [IO.File]::SetLastWriteTimeUtc("$directory/aa", '2020-01-01')
        $stamp = Get-FileTimestamp aa
        foreach ($time in $stamp, ($stamp | Copy-AsDeserialized), (Get-Item aa), (Test-FileTimestamp aa -Detailed), [pscustomobject]@{ Path = 'aa' }) {
            Test-FileTimestamp b1 -NewerThan $time | Should -BeTrue
            Test-FileTimestamp b1 -OlderThan $time -RetryCount 0 | Should -BeFalse
        }

        { Test-FileTimestamp aa -Expected ($stamp | Copy-AsDeserialized) } | Should -Throw -ErrorId 'ExpectationMissing,*' -Because 'its time alone is no stamp'
        { Test-FileTimestamp b1 -NewerThan ([pscustomobject]@{ Name = 'aa' }) } | Should -Throw "-NewerThan: *is no time*"
    }
}

Describe 'An object as a line' {
    It 'has a property Line, or is refused' {
        $line = Get-Content lsb.acct -TotalCount 1
        ([pscustomobject]@{ Line = $line } | ConvertFrom-AccountingLog).JobId | Should -Be 1
        (Get-Item lsb.acct), $line | ConvertFrom-AccountingLog -ErrorAction SilentlyContinue -ErrorVariable told | Should -HaveCount 1
        $told.Exception.Message | Should -BeLike 'An object of the type System.IO.FileInfo is no line of a log*'
    }
}

Describe 'Nothing as a value' {
    BeforeAll {
        # What a cmdlet needs besides, to do little: no drive, no wait.
        $needed = @{
            Path = 'aa'; LiteralPath = 'aa'; Store = 'a.db'; InputObject = New-JobLine | ConvertFrom-AccountingLog; ConfigPath = 'no.yaml'; ImportPath = 'no.json'
            FilePath = 'true'; ScriptBlock = { }; Rejects = $true; Nodes = $true; Gone = $true; NewerThan = '2001-01-01'; StableSeconds = 0; Content = $true
            Lock = Lock-SharedFile held.lock; Destination = 'copy.db'; Command = 'sacct'
        }
        $quick = @{
            'Invoke-AccountingCollector' = @{ Once = $true; WhatIf = $true }
            'Invoke-JobFlow' = @{ WhatIf = $true }
            'Test-FileTimestamp' = @{ RetryCount = 0 }
            'Invoke-ProtectedJob' = @{ RetryCount = 0 }
            'Lock-SharedFile' = @{ Path = 'NoDrive:/aa' }
            'Watch-SharedFile' = @{ Path = 'NoDrive:/aa'; LiteralPath = 'NoDrive:/aa' }
            'Wait-SharedFile' = @{ TimeoutSeconds = 0 }
        }

        # Calls a cmdlet with one parameter's value, and what else its parameter set takes; what it tells of errors comes back.
        function Get-ErrorOf {
            param([string] $Command, [string] $Parameter, $Value)
            $known = Get-Command $Command -Module NfsTools
            $set = @($known.ParameterSets.Where({ $_.Parameters.Name -contains $Parameter }))[0]
            $given = @{ ErrorAction = 'SilentlyContinue'; ErrorVariable = 'told'; WarningAction = 'SilentlyContinue' }
            foreach ($other in $set.Parameters) {
                if ($quick[$Command]?.ContainsKey($other.Name) -and ($other.IsMandatory -or $other.Name -notin 'Path', 'LiteralPath')) {
                    $given[$other.Name] = $quick[$Command][$other.Name]
                } elseif ($other.IsMandatory) {
                    $given[$other.Name] = $needed[$other.Name]
                }
            }

            $given[$Parameter] = $Value
            try {
                $null = & $Command @given
            } catch {
                $_
                return
            }

            $told
        }
    }

    AfterAll {
        $needed.Lock | Unlock-SharedFile
    }

    It 'is an error of <Command> that names -<Parameter>' -ForEach $own.Where({ -not $_.IsSwitch }) {
        $told = @(Get-ErrorOf $Command $Parameter $null)
        $told.Count | Should -Be 1
        $told[0].Exception | Should -BeOfType ([Management.Automation.ParameterBindingException])
        $told[0].Exception.Message | Should -Match "'$Parameter'"
    }

    It 'is an error of <Command> from the pipeline' -ForEach $own.Where({ $_.FromPipeline }) {
        $given = $Command -in 'Add-AccountingRecord', 'Invoke-AccountingCollector' ? @{ Store = 'a.db' } : @{}
        $null = $null | & $Command @given -ErrorAction SilentlyContinue -ErrorVariable told
        $told.Count | Should -Be 1
        $told[0].Exception | Should -BeOfType ([Management.Automation.ParameterBindingException])
    }

    It 'is no defect of <Command> in a list or as a text for -<Parameter>' -ForEach $own {
        foreach ($value in @($null), '', @()) {
            foreach ($told in Get-ErrorOf $Command $Parameter $value) {
                for ($exception = $told.Exception; $exception; $exception = $exception.InnerException) {
                    $exception | Should -Not -BeOfType ([NullReferenceException])
                }
            }
        }
    }

    It 'is an error in a list of <Command> that names -<Parameter>' -ForEach $own.Where({ $_.IsList }) {
        $told = @(Get-ErrorOf $Command $Parameter @($null))
        $told.Count | Should -Be 1
        $told[0].Exception | Should -BeOfType ([Management.Automation.ParameterBindingException])
        $told[0].Exception.Message | Should -Match "'$Parameter'"
    }
}
