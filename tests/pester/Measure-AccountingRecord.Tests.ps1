[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.MeasureAccountingRecordCommand'
    $store = Convert-PathToFile TestDrive:/a.db
    $jobs = @(
        New-JobLine -JobId 1 -User alice -Queue night -Hosts lx01, lx01, lx02 -Wait 10 -Run 100 -Cpu 54.5 -MemKb 4096 -Submit 1704067200
        New-JobLine -JobId 2 -User bob -Queue night -Hosts lx03 -Wait 30 -Run 10 -Cpu 9.5 -Status 32 -Submit 1704070800
        New-JobLine -JobId 3 -User alice -Queue short -Hosts lx02 -Wait 0 -Run 50 -Cpu 99.5 -Submit 1706745600
    ) | ConvertFrom-AccountingLog -Cluster prod
    $jobs | Add-AccountingRecord $store
}

Describe 'Measure-AccountingRecord' {
    It 'adds up jobs of the pipeline' {
        $total = $jobs | Measure-AccountingRecord
        $total.Jobs | Should -Be 3
        $total.Done | Should -Be 2
        $total.Exited | Should -Be 1
        $total.CpuSeconds | Should -Be 165
        $total.WaitSeconds | Should -Be 40
        $total.TurnaroundSeconds | Should -Be 200
        $total.RunSeconds | Should -Be 160
        $total.SlotSeconds | Should -Be 360
        $total.MaxMemKb | Should -Be 4096
        $total.AverageHogFactor | Should -Be ((0.5 + 0.25 + 2) / 3)
        $total.AverageExpansionFactor | Should -Be ((1.1 + 4 + 1) / 3)
        $total.AverageWaitSeconds | Should -Be (40 / 3)
        $total.WaitSummary.Maximum | Should -Be 30
    }

    It 'gives a group its keys as properties' {
        $groups = $jobs | Measure-AccountingRecord -GroupBy User, Queue
        $groups.Group | Should -Be 'alice night', 'alice short', 'bob night'
        $groups.User | Should -Be 'alice', 'alice', 'bob'
        ($groups | Where-Object Queue -EQ night).User | Should -Be 'alice', 'bob'
    }

    It 'says the same of the jobs of a store, by <_>' -ForEach 'User', 'Queue', 'Project', 'Day', 'Month', 'Host', 'State', 'Cluster' {
        $piped = $jobs | Measure-AccountingRecord -GroupBy $_ | Select-Object $_, Metrics | ConvertTo-Json
        $stored = Measure-AccountingRecord -Store $store -GroupBy $_ | Select-Object $_, Metrics | ConvertTo-Json
        $stored | Should -Be $piped
        $read = Get-AccountingRecord $store | Measure-AccountingRecord -GroupBy $_ | Select-Object $_, Metrics | ConvertTo-Json
        $read | Should -Be $piped
    }

    It 'counts a job for each of its hosts, with the slots there' {
        $groups = $jobs | Measure-AccountingRecord -GroupBy Host
        $groups.Host | Should -Be 'lx01', 'lx02', 'lx03'
        $groups.SlotSeconds | Should -Be 200, 150, 10
    }

    It 'takes the store by position' {
        (Measure-AccountingRecord $store).Jobs | Should -Be 3
    }

    It 'filters the jobs of a store' {
        (Measure-AccountingRecord $store -User alice -Queue night).Jobs | Should -Be 1
        (Measure-AccountingRecord $store -State DONE -Host lx02).Jobs | Should -Be 2
        (Measure-AccountingRecord $store -From 2024-01-01 -To 2024-02-01).Jobs | Should -Be 2
    }

    It 'takes a text without a time zone for a time in that of the store' {
        $west = Convert-PathToFile TestDrive:/west.db
        $jobs | Add-AccountingRecord $west
        Update-AccountingStore $west -TimeZone America/New_York
        (Measure-AccountingRecord $west -From 2024-01-01 -To 2024-02-01).Jobs | Should -Be 1
        (Measure-AccountingRecord $west -From 2024-01-01T00:00Z -To '2024-02-01 00:00+00:00').Jobs | Should -Be 2
        (Measure-AccountingRecord $west -From ([datetimeoffset]'2024-01-01T00:00Z') -To ([datetime]::new(2024, 2, 1, 0, 0, 0, [DateTimeKind]::Utc))).Jobs | Should -Be 2
        @(Get-AccountingRecord $west -From 2024-01-01 -To 2024-02-01).JobId | Should -Be 3
    }

    It 'refuses what is no time, and no time at all between two' {
        { Measure-AccountingRecord $store -From 2024-13-01 } | Should -Throw '*"2024-13-01" is no time: write 2026-11-21,*'
        { Measure-AccountingRecord $store -From 2024-02-01 -To 2024-01-01 } | Should -Throw '-From is not before -To.' -ErrorId 'EmptyPeriod,*'
        { $jobs | Measure-AccountingRecord -From 2024-02-01 -To 2024-01-01 } | Should -Throw '-From is not before -To.' -ErrorId 'EmptyPeriod,*'
        { Get-AccountingRecord $store -From 2024-02-01 -To 2024-02-01 } | Should -Throw '-From is not before -To.' -ErrorId 'EmptyPeriod,*'
        { Export-AccountingLog $store TestDrive:/empty.log -From 2024-02-01 -To 2024-01-01 } | Should -Throw '-From is not before -To.' -ErrorId 'EmptyPeriod,*'
    }

    It 'filters the jobs of the pipeline by time' {
        ($jobs | Measure-AccountingRecord -From 2024-02-01).Jobs | Should -Be 1
        ($jobs | Measure-AccountingRecord -To 2024-02-01).Jobs | Should -Be 2
    }

    It 'takes records as an argument' {
        (Measure-AccountingRecord -InputObject $jobs).Jobs | Should -Be 3
    }

    It 'gives a total of no jobs, and no groups of no jobs' {
        ($jobs | Where-Object User -EQ nobody | Measure-AccountingRecord).Jobs | Should -Be 0
        $jobs | Where-Object User -EQ nobody | Measure-AccountingRecord -GroupBy User | Should -BeNullOrEmpty
        (Measure-AccountingRecord $store -User nobody).Jobs | Should -Be 0
    }

    It 'passes over records that are no jobs' {
        $reservation = '"EVENT_ADRSV_FINISH" "10.1" 1704067200 1704060000 1 0 "alice#1" "alice" "1-2" "root" 3600 1 "lx01" 4' | ConvertFrom-AccountingLog
        $reservation.RecordType | Should -Be 'EVENT_ADRSV_FINISH'
        ($reservation, $jobs | ForEach-Object { $_ } | Measure-AccountingRecord).Jobs | Should -Be 3
    }

    It 'exports the numbers of a report as CSV' {
        $csv = $jobs | Measure-AccountingRecord -GroupBy User | Select-Object User, Metrics | ConvertTo-Csv -UseQuotes Never
        $csv[0] | Should -BeExactly 'User,Jobs,Done,Exited,CpuSeconds,WaitSeconds,TurnaroundSeconds,RunSeconds,SlotSeconds,AverageHogFactor,AverageExpansionFactor,MaxMemKb,Basis,TimeZone'
        $csv[2] | Should -BeLike 'bob,1,0,1,10,30,40,10,10,0.25,4,*,Ended,UTC'
    }

    It 'shows what was used between two times, of records as of a store' {
        $between = @{ From = '2024-01-01T00:01'; To = '2024-01-01T00:05'; Used = $true }
        foreach ($used in ($jobs | Measure-AccountingRecord @between), (Measure-AccountingRecord $store @between)) {
            $used.Basis | Should -Be 'Used'
            $used.UsedWallSeconds | Should -Be 50
            $used.UsedSlotSeconds | Should -Be 150
            $used.Running | Should -Be 1
            $used.Started | Should -Be 0
            $used | Out-String | Should -Match 'SlotHours'
        }
    }

    It 'ends with <Id> for the store <Path>' -ForEach @(
        @{ Path = 'TestDrive:/nowhere.db'; Id = 'StoreUnusable'; Category = 'OpenError' }
        @{ Path = 'env:PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument' }
        @{ Path = 'NoDrive:/a.db'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
    ) {
        $failure = { Measure-AccountingRecord -Store $Path } | Should -Throw -ErrorId "$Id,$type" -PassThru
        $failure.CategoryInfo.Category | Should -Be $Category
    }

    It 'refuses to group by what it does not know' {
        { Measure-AccountingRecord $store -GroupBy Colour } | Should -Throw -ErrorId "ParameterArgumentValidationError,$type"
    }

    It 'completes -GroupBy' {
        $keys = Get-CompletionOf 'Measure-AccountingRecord -GroupBy '
        'Cluster', 'Day', 'Host', 'Month', 'Project', 'Queue', 'State', 'User', 'UserGroup', 'ExitReason' | ForEach-Object { $keys | Should -Contain $_ }
        Get-CompletionOf 'Measure-AccountingRecord -GroupBy User,Mo' | Should -Be 'Month'
    }
}
