[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.GetFileTimestampCommand'
    $directory = Convert-PathToFile TestDrive:/files
    $null = New-Item $directory -ItemType Directory
    foreach ($name in 'a', 'b', 'odd[1]') {
        [IO.File]::WriteAllText("$directory/$name", '12345')
    }

    $null = New-Item TestDrive:/loop -ItemType SymbolicLink -Value (Convert-PathToFile TestDrive:/loop) -Force
}

Describe 'Get-FileTimestamp' {
    It 'tells what a file is now' {
        [IO.File]::SetLastWriteTimeUtc("$directory/a", ([DateTimeOffset]'2026-11-21 20:57:27Z').UtcDateTime)
        $stamp = Get-FileTimestamp TestDrive:/files/a
        $stamp.Path | Should -Be "$directory/a"
        $stamp.Exists | Should -BeTrue
        $stamp.Size | Should -Be 5
        $stamp.ModifyTime | Should -Be ([DateTimeOffset]'2026-11-21T20:57:27Z')
        $stamp.ModifyTimeNs | Should -Be 1795294647000000000
        $stamp.Method | Should -Be Direct
        $stamp.Trusted | Should -BeTrue
    }

    It 'has a stamp of a file that is not there' {
        $stamp = Get-FileTimestamp TestDrive:/no/such
        $stamp.Exists | Should -BeFalse
        $stamp.ModifyTime | Should -BeNullOrEmpty
    }

    It 'takes wildcards, and with -LiteralPath none' {
        (Get-FileTimestamp TestDrive:/files/[ab]).Path | Should -Be "$directory/a", "$directory/b"
        (Get-FileTimestamp -LiteralPath 'TestDrive:/files/odd[1]').Size | Should -Be 5
        (Get-FileTimestamp 'TestDrive:/files/odd`[1`]').Size | Should -Be 5
    }

    It 'takes paths and files from the pipeline, in their order, however many' {
        (Get-ChildItem TestDrive:/files | Get-FileTimestamp).Path | Should -Be "$directory/a", "$directory/b", "$directory/odd[1]"
        $paths = (1..600).ForEach({ "$directory/$_" })
        ($paths | Get-FileTimestamp).Path | Should -Be $paths
    }

    It 'takes a path relative to the location of the session' {
        Push-Location TestDrive:/files
        try {
            (Get-FileTimestamp a).Path | Should -Be "$directory/a"
        } finally {
            Pop-Location
        }
    }

    It 'ends when the next cmdlet has seen enough' {
        (1..600).ForEach({ "$directory/$_" }) | Get-FileTimestamp | Select-Object -First 1 | ForEach-Object Path | Should -Be "$directory/1"
    }

    It 'tells <Id> for <Path> and goes on with the next' -ForEach @(
        @{ Path = 'TestDrive:/loop'; Id = 'FileUnreachable'; Category = 'ReadError' }
        @{ Path = 'env:PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument' }
        @{ Path = 'NoDrive:/a'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
        @{ Path = 'TestDrive:/no/*'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
    ) {
        $found = Get-FileTimestamp $Path, TestDrive:/files/b -ErrorAction SilentlyContinue -ErrorVariable told
        $found.Path | Should -Be "$directory/b"
        $told.Count | Should -Be 1
        $told[0].FullyQualifiedErrorId | Should -BeExactly "$Id,$type"
        $told[0].CategoryInfo.Category | Should -Be $Category
    }

    It 'is shown as a table or a list' {
        Get-FileTimestamp TestDrive:/files/a | Out-String -Width 160 | Should -Match 'Exists +Size +ModifyTime +Inode +Method +Trusted +Path\s+[- ]+\s+True +5 \d{4}-\d\d-\d\d [\d:.]+Z +\d+ Direct +True +/'
        Get-FileTimestamp TestDrive:/files/a | Format-List | Out-String | Should -Match 'ModifyTimeNs +: \d+'
    }
}

Describe 'A manifest of stamps' {
    It 'is read as it was written' {
        $stamps = Get-FileTimestamp TestDrive:/files/a, TestDrive:/files/missing -ExportPath TestDrive:/m.json
        $read = Get-FileTimestamp -ImportPath TestDrive:/m.json
        $read.Path | Should -Be $stamps.Path
        $read.Exists | Should -Be $true, $false
        $read[0].Same($stamps[0]) | Should -BeTrue
        $read[0].Same((Get-FileTimestamp TestDrive:/files/a)) | Should -BeTrue
        $read[0].ModifyTimeNs | Should -Be $stamps[0].ModifyTimeNs
    }

    It 'is not written with -WhatIf, but the stamps are' {
        (Get-FileTimestamp TestDrive:/files/a -ExportPath TestDrive:/whatif.json -WhatIf).Exists | Should -BeTrue
        Test-Path TestDrive:/whatif.json | Should -BeFalse
    }

    It 'is not written when it would lack a file' {
        $null = Get-FileTimestamp TestDrive:/loop, TestDrive:/files/a -ExportPath TestDrive:/lacking.json -ErrorAction SilentlyContinue -ErrorVariable told
        $told.FullyQualifiedErrorId | Should -Be "FileUnreachable,$type", "ManifestUnusable,$type"
        Test-Path TestDrive:/lacking.json | Should -BeFalse
    }

    It 'ends the cmdlet where it cannot be <What>' -ForEach @(
        @{ What = 'written'; Arguments = @{ Path = 'TestDrive:/files/a'; ExportPath = 'TestDrive:/no/such/m.json' }; Category = 'WriteError' }
        @{ What = 'found'; Arguments = @{ ImportPath = 'TestDrive:/nowhere.json' }; Category = 'ReadError' }
        @{ What = 'read'; Arguments = @{ ImportPath = 'TestDrive:/files/a' }; Category = 'ReadError' }
    ) {
        { Get-FileTimestamp @Arguments } | Should -Throw -ErrorId "ManifestUnusable,$type"
        $Error[0].CategoryInfo.Category | Should -Be $Category
        $Error[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }
}
