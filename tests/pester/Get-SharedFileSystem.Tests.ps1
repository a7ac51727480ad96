[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.GetSharedFileSystemCommand'
    $null = New-Item 'TestDrive:/odd[1]', TestDrive:/plain -ItemType Directory
}

Describe 'Get-SharedFileSystem' {
    It 'tells the file system of a path, its staleness and the strategy' {
        $place = Get-SharedFileSystem /proc/self/mounts
        $place.Path | Should -Be /proc/self/mounts
        $place.Mount.MountPoint | Should -Be /proc
        $place.Type | Should -Be proc
        $place.Family | Should -Be Local
        $place.Responds | Should -BeTrue
        $place.WorstMissing | Should -Be ([timespan]::Zero)
        $place.EventsComplete | Should -BeTrue
        $place.Strategy | Should -Be Events
        $place.Reason | Should -Match '^proc is local'
    }

    It 'tells of a path that does not exist where it would be made' {
        (Get-SharedFileSystem /proc/no/such).Type | Should -Be proc
    }

    It 'tells the mount table whole with -All, and without local file systems otherwise' {
        (Get-SharedFileSystem -All).Mount.MountPoint | Should -Contain /proc
        @(Get-SharedFileSystem).Where({ $_.Family -eq 'Local' }) | Should -BeNullOrEmpty
    }

    It 'takes wildcards, and with -LiteralPath none' {
        (Get-SharedFileSystem TestDrive:/*).Count | Should -Be 2
        (Get-SharedFileSystem -LiteralPath 'TestDrive:/odd[1]').Path | Should -Be (Convert-PathToFile 'TestDrive:/odd[1]')
        (Get-SharedFileSystem 'TestDrive:/odd`[1`]').Path | Should -Be (Convert-PathToFile 'TestDrive:/odd[1]')
    }

    It 'takes paths and files from the pipeline, and nothing for nothing' {
        ('/proc', '/' | Get-SharedFileSystem).Path | Should -Be '/proc', '/'
        (Get-Item -LiteralPath 'TestDrive:/odd[1]' | Get-SharedFileSystem).Path | Should -Be (Convert-PathToFile 'TestDrive:/odd[1]')
        @() | Get-SharedFileSystem | Should -BeNullOrEmpty
    }

    It 'takes a path relative to the location of the session' {
        Push-Location TestDrive:/plain
        try {
            (Get-SharedFileSystem x).Path | Should -Be (Convert-PathToFile TestDrive:/plain/x)
        } finally {
            Pop-Location
        }
    }

    It 'tells <Id> for <Path> and goes on with the next' -ForEach @(
        @{ Path = 'env:PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument' }
        @{ Path = 'NoDrive:/a'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
        @{ Path = 'TestDrive:/no/*'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
    ) {
        $found = Get-SharedFileSystem $Path, /proc -ErrorAction SilentlyContinue -ErrorVariable told
        $found.Path | Should -Be /proc
        $told.Count | Should -Be 1
        $told[0].FullyQualifiedErrorId | Should -BeExactly "$Id,$type"
        $told[0].CategoryInfo.Category | Should -Be $Category
    }

    It 'is shown as a table or a list' {
        Get-SharedFileSystem /proc | Out-String -Width 140 | Should -Match 'Path +Type +Server +Export +Version +AttrSeconds +ListSeconds +MissSeconds +Responds +Strategy\s+-+[- ]+\s+/proc +proc +0 +0 +0 +True +Events'
        Get-SharedFileSystem /proc | Format-List | Out-String | Should -Match 'Reason +: proc is local'
    }
}
