[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeDiscovery {
    # Each column of each view: what its header says, and what it shows.
    $source = [xml](Get-Content -Raw "$(Split-Path (Split-Path $PSScriptRoot))/module/NfsTools.Format.ps1xml")
    $columns = foreach ($view in $source.SelectNodes('//View')) {
        $headers = @($view.SelectNodes('.//TableColumnHeader/Label') | ForEach-Object InnerText)
        $items = @($view.SelectNodes('.//TableColumnItem | .//ListItem'))
        for ($i = 0; $i -lt $items.Count; $i++) {
            $shown = $items[$i].SelectSingleNode('PropertyName | ScriptBlock')
            $header = $headers.Count ? $headers[$i] : $items[$i].SelectSingleNode('Label | PropertyName').InnerText
            @{ View = $view.Name; Header = $header; Types = @($view.ViewSelectedBy.TypeName -replace '#.*'); Kind = $shown.Name; Shown = $shown.InnerText }
        }
    }

    $views = foreach ($view in $source.SelectNodes('//View')) {
        foreach ($type in $view.ViewSelectedBy.TypeName) {
            @{ View = $view.Name; Type = $type -replace '#.*'; Format = $view.TableControl ? 'Format-Table' : 'Format-List' }
        }
    }
}

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    New-Log TestDrive:/lsb.acct -Jobs 4
    $evil = "x`e]0;title`a`e[31m`u{202e}y`nz"
    $job = New-JobLine -JobId 7 -User $evil -Queue $evil -Project $evil -Name $evil -Command $evil | ConvertFrom-AccountingLog
    $steering = "[\p{Cc}\p{Cf}-[\r\n]]"

    # An object of a type of the module, with a hostile text wherever it has a text.
    function New-HostileObject {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It changes nothing.')]
        param([type] $Type, [int] $Depth = 0)
        $object = [Runtime.CompilerServices.RuntimeHelpers]::GetUninitializedObject($Type)
        for ($base = $Type; $base; $base = $base.BaseType) {
            foreach ($field in $base.GetFields([Reflection.BindingFlags]'Instance, Public, NonPublic, DeclaredOnly')) {
                $of = $field.FieldType
                if ($of -eq [string]) {
                    $field.SetValue($object, $hostileText)
                } elseif ($of -eq [DateTimeOffset] -or $of -eq [Nullable[DateTimeOffset]]) {
                    $field.SetValue($object, [DateTimeOffset]::UnixEpoch)
                } elseif ($of.IsAssignableFrom([string[]]) -and $of -ne [object]) {
                    $field.SetValue($object, [string[]]@($hostileText))
                } elseif ($of.Assembly -eq $Type.Assembly -and ($of.IsClass -or $of.IsValueType) -and -not ($of.IsEnum -or $of.IsAbstract) -and $Depth -lt 3) {
                    $field.SetValue($object, (New-HostileObject $of ($Depth + 1)))
                }
            }
        }

        , $object
    }

    function Get-ModuleType {
        param([string] $Name)
        [Runtime.Loader.AssemblyLoadContext]::All.Where({ $_.Name -like 'NfsTools*' }).Assemblies.ForEach({ $_.GetType($Name) }) | Select-Object -Last 1
    }
}

Describe 'What is shown by default' {
    It 'is a table for jobs' {
        $text = Import-AccountingLog TestDrive:/lsb.acct | Out-String -Width 110
        $text | Should -Match 'JobId +Index +User +Queue +Project +State +Cpu +Wait +Turnaround +EndTime'
        $text | Should -Match '1 +0 +alice +night +atlas +DONE +50\.50 +10 +110 +2023-11-14 23:15:10Z'
    }

    It 'shows the state of a job that failed as a whole word, at the width of a terminal too' {
        New-JobLine -JobId 9 -Status 32 | ConvertFrom-AccountingLog | Out-String -Width 80 | Should -Match ' FAILED +50\.50 +10\b'
    }

    It 'shows the element of a job array' {
        New-JobLine -JobId 7 -Index 12 | ConvertFrom-AccountingLog | Out-String -Width 110 | Should -Match '7 +12 +alice'
    }

    It 'is a table for groups of jobs' {
        $text = Import-AccountingLog TestDrive:/lsb.acct | Where-Object Queue -EQ night | Measure-AccountingRecord -GroupBy User | Out-String -Width 110
        $text | Should -Match 'Group +Jobs +Exited +Cpu +Wait +Turnaround +Run +Hog +Expansion +MaxMemKb'
        $text | Should -Match 'alice +1 +0 +50\.5 +10 +110 +100 +0\.4591 +1\.10 +2048'
    }

    It 'has room for every column of groups in 80 columns' {
        $line = New-JobLine -Queue interactive -Cpu 2242 -Wait 312 -Run 1418 -MemKb 3407136
        $line | ConvertFrom-AccountingLog | Measure-AccountingRecord -GroupBy Queue | Out-String -Width 80 | Should -Match 'interactive .* 3407136'
    }

    It 'calls a total of all jobs so' {
        Import-AccountingLog TestDrive:/lsb.acct | Measure-AccountingRecord | Out-String -Width 110 | Should -Match 'total +4 +0'
    }

    It 'is a table for logs, rejects and summaries' {
        $store = Convert-PathToFile TestDrive:/a.db
        New-Log TestDrive:/more.acct -Jobs 2 -Append 'nonsense'
        Invoke-AccountingCollector TestDrive:/more.acct $store -Once -WarningAction SilentlyContinue | Out-String -Width 110 | Should -Match 'Bytes +Records +Duplicates +Rejects +Elapsed'
        Get-AccountingCollector $store | Out-String -Width 110 | Should -Match 'Cluster +File +Position +LagBytes +LagSeconds +Records +Rejects +CommittedAt'
        Get-AccountingCollector $store -Rejects | Out-String -Width 160 | Should -Match 'Path +Offset +Length +Reason'
        Get-AccountingCollector $store -Rejects | Format-List | Out-String | Should -Match 'Text +: nonsense'
        Get-AccountingCollector $store | Format-List | Out-String | Should -Match 'GenerationId +: 1\b'
        Test-AccountingStore $store -Detailed | Out-String | Should -Match 'Holds +: True'
    }

    It 'is a table or a list for records of other kinds' {
        $records = @(
            '"EVENT_ADRSV_FINISH" "10.1" 1704067200 1704060000 1 0 "alice#1" "alice" "1-2" "root" 3600 1 "lx01" 4'
            '"JOB_RESIZE" "10.1" 1704067200 12 3 1704060000 1000 "alice" 0 1704060000 0 1 "lx01" 0 0'
        ) | ConvertFrom-AccountingLog -ErrorAction Stop
        $records | Out-String -Width 110 | Should -Match 'EVENT_ADRSV_FINISH +2024-01-01 00:00:00Z +default +alice'
        $records[0] | Format-List | Out-String | Should -Match 'Hosts +: lx01 4'
        $records[1] | Format-List | Out-String | Should -Match 'HostLists +: \[\] \[lx01\] \[\] \[\]'
    }

    It 'lets no character of a job steer the terminal in <Name>' -ForEach @(
        @{ Name = 'the table'; Show = { $job | Out-String -Width 200 } }
        @{ Name = 'the list'; Show = { $job | Format-List | Out-String -Width 200 } }
        @{ Name = 'groups'; Show = { $job | Measure-AccountingRecord -GroupBy User, Project | Out-String -Width 200 } }
        @{ Name = 'the list of a group'; Show = { $job | Measure-AccountingRecord -GroupBy User | Format-List | Out-String -Width 200 } }
    ) {
        $text = & $Show
        $text | Should -Match 'x\?\]0;tit'
        $text | Should -Not -Match $steering
    }

    It 'has nothing hostile in <View>, of <Type>' -ForEach $views {
        $known = Get-ModuleType $Type
        $job = New-JobLine -User $hostileText -Queue $hostileText -Project $hostileText -Name $hostileText -Command $hostileText -Hosts $hostileText | ConvertFrom-AccountingLog -Cluster $hostileText
        $object = if ($known.Name -eq 'JobRecord') {
            $job
        } elseif ($known.Name -eq 'JobMetrics') {
            $job | Measure-AccountingRecord -GroupBy User, Project -Used:($View -eq 'UsedMetrics')
        } else {
            New-HostileObject ($known.IsAbstract ? (Get-ModuleType 'NfsTools.Accounting.Formats.Lsf.LsfReservationFinish') : $known)
        }

        $text = $object | & $Format -View $View | Out-String -Width 20000
        Get-HostilePoint $text | Should -BeNullOrEmpty
        if ($View -notin 'CollectorSummary', 'LogLine') {
            $text | Should -Match 'x\?\? ' -Because 'texts are shown in it'
        }
    }

    It 'is the property of its name: <Header> in <View>' -ForEach $columns {
        foreach ($type in $Types) {
            $known = [Runtime.Loader.AssemblyLoadContext]::All.Where({ $_.Name -like 'NfsTools*' }).Assemblies.ForEach({ $_.GetType($type) }) | Select-Object -Last 1
            $known | Should -Not -BeNullOrEmpty -Because "there is a view of $type"
            $object = [Runtime.CompilerServices.RuntimeHelpers]::GetUninitializedObject(($known.IsAbstract ? $known.Assembly.GetType('NfsTools.Accounting.Formats.Lsf.LsfJobFinish') : $known))
            $object.PSObject.Properties.Name | Should -Contain $Header
        }

        if ($Kind -eq 'PropertyName') {
            $Shown | Should -BeExactly $Header
        } else {
            # A text may be made fit to be shown, but of that property alone.
            $code = [Management.Automation.Language.Parser]::ParseInput($Shown, [ref]$null, [ref]$null)
            $members = $code.FindAll({ $args[0] -is [Management.Automation.Language.MemberExpressionAst] -and "$($args[0].Expression)" -eq '$_' }, $true)
            $members.Member.Value | Select-Object -Unique | Should -BeExactly $Header
        }
    }

    It 'sorts, compares, groups and exports as the numbers that are shown' {
        $jobs = @(5, 100, 20).ForEach({ New-JobLine -JobId $_ -User "u$_" -Wait $_ -Run 60 -Cpu $_ -MemKb 2048 }) | ConvertFrom-AccountingLog
        foreach ($objects in $jobs, ($jobs | Measure-AccountingRecord -GroupBy User)) {
            ($objects | Sort-Object Wait -Descending).Wait | Should -Be 100, 20, 5
            ($objects | Where-Object Wait -GT 50).User | Should -Be 'u100'
            ($objects | Measure-Object Wait -Sum).Sum | Should -Be 125
            ($objects | Group-Object Turnaround).Name | Sort-Object | Should -Be 160, 65, 80
            ($objects | Where-Object Wait -EQ 5 | Select-Object User, Wait, Cpu | ConvertTo-Csv)[1] | Should -Be '"u5","5","5.5"'
            ($objects | Sort-Object Cpu | Select-Object -Last 1).User | Should -Be 'u100'
        }

        $group = $jobs | Measure-AccountingRecord
        $group.Wait | Should -Be 125
        $group.Hog | Should -Be $group.AverageHogFactor
        $group.Expansion | Should -Be $group.AverageExpansionFactor
        $group.MaxMemKb | Should -Be 2048
        $group.WaitSummary.Maximum | Should -Be 100
        $group.Group | Should -Be 'total'
    }

    It 'has numbers for what is told of files, file systems and jobs' {
        $directory = Convert-PathToFile TestDrive:/
        (Test-FileTimestamp TestDrive:/lsb.acct -Detailed).Size | Should -BeGreaterThan 100
        (Wait-SharedFile TestDrive:/lsb.acct -PassThru).ModifyTime | Should -BeOfType ([DateTimeOffset])
        (Get-SharedFileSystem $directory).AttrSeconds | Should -Be 0
        (Get-SharedFileSystem $directory).MountPoint | Should -BeLike '/*'
        (Measure-SharedFileSystem $directory).RoundTripMs | Should -BeGreaterThan 0
        $result = Invoke-ProtectedJob sh '-c', 'echo x > "$0"', "$directory/out" -InputPath "$directory/lsb.acct" -OutputPath "$directory/out"
        $result.InputCount, $result.OutputCount, $result.Outputs.Size, $result.Inputs.Ready | Should -Be 1, 1, 2, $true
        $result.Elapsed | Should -BeOfType ([TimeSpan])
        $lock = Lock-SharedFile TestDrive:/a.lock
        $lock.Epoch | Should -Be 1
        $lock | Unlock-SharedFile
    }

    It 'leaves the properties as they are' {
        $job.Project | Should -BeExactly $evil
    }
}
