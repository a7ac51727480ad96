[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $type = 'NfsTools.PowerShell.Commands.GetAccountingRecordCommand'
    $store = Convert-PathToFile TestDrive:/a.db
    # 2024-01-01T00:00:00Z is 1704067200; each job takes 110 seconds from submission to end.
    @(
        New-JobLine -JobId 1 -User alice -Queue night -Project atlas -Hosts lx01, lx01, lx02 -Submit 1704067200
        New-JobLine -JobId 2 -User bob -Queue night -Project lhcb -Hosts lx03 -Status 32 -Submit 1704070800
        New-JobLine -JobId 3 -Index 1 -User alice -Queue short -Project lhcb -Hosts lx02 -Submit 1704153600
        New-JobLine -JobId 3 -Index 2 -User alice -Queue short -Project lhcb -Hosts lx02 -Submit 1704153601
        New-JobLine -JobId 4 -User 'o''neill' -Queue 'long queue' -Project "bad`e[31m" -Submit 1704240000
    ) | ConvertFrom-AccountingLog -Cluster prod | Add-AccountingRecord $store
    New-JobLine -JobId 5 -User carol -Submit 1704326400 | ConvertFrom-AccountingLog -Cluster test | Add-AccountingRecord $store
}

Describe 'Get-AccountingRecord' {
    It 'gets all jobs in the order of their ends' {
        (Get-AccountingRecord $store).JobId | Should -Be 1, 2, 3, 3, 4, 5
    }

    It 'gets jobs with their properties' {
        $job = Get-AccountingRecord $store -JobId 1
        $job.User | Should -BeExactly 'alice'
        $job.State | Should -BeExactly 'DONE'
        $job.Hosts | Should -BeExactly '2*lx01 lx02'
        $job.Slots | Should -Be 3
        $job.CpuSeconds | Should -Be 50.5
        $job.EndTime | Should -Be ([DateTimeOffset]'2024-01-01T00:01:50Z')
    }

    It 'filters by <Name>' -ForEach @(
        @{ Name = 'User'; Filter = @{ User = 'bob' }; Jobs = 2 }
        @{ Name = 'several users'; Filter = @{ User = 'bob', 'carol' }; Jobs = 2, 5 }
        @{ Name = 'Queue'; Filter = @{ Queue = 'short' }; Jobs = 3, 3 }
        @{ Name = 'Project'; Filter = @{ Project = 'atlas' }; Jobs = 1, 5 }
        @{ Name = 'HostName'; Filter = @{ HostName = 'lx02' }; Jobs = 1, 3, 3 }
        @{ Name = 'its alias Host'; Filter = @{ Host = 'lx03' }; Jobs = 2 }
        @{ Name = 'State'; Filter = @{ State = 'exit' }; Jobs = 2 }
        @{ Name = 'State by the word all schedulers share'; Filter = @{ State = 'failed' }; Jobs = 2 }
        @{ Name = 'a pattern'; Filter = @{ User = 'al*', 'c?rol' }; Jobs = 1, 3, 3, 5 }
        @{ Name = 'all but one'; Filter = @{ User = '!alice', '!bob' }; Jobs = 4, 5 }
        @{ Name = 'a further column'; Filter = @{ Filter = @{ SchedulerState = 'EXIT' } }; Jobs = 2 }
        @{ Name = 'a code'; Filter = @{ Filter = @{ ExitStatus = 0 }; User = 'carol' }; Jobs = 5 }
        @{ Name = 'a column without a value'; Filter = @{ Filter = @{ UserGroup = '' } }; Jobs = 1, 2, 3, 3, 4, 5 }
        @{ Name = 'JobId'; Filter = @{ JobId = 3, 4 }; Jobs = 3, 3, 4 }
        @{ Name = 'Cluster'; Filter = @{ Cluster = 'test' }; Jobs = 5 }
        @{ Name = 'From'; Filter = @{ From = '2024-01-03' }; Jobs = 4, 5 }
        @{ Name = 'To'; Filter = @{ To = '2024-01-01T01:01:50' }; Jobs = 1 }
        @{ Name = 'a time with a zone'; Filter = @{ From = '2024-01-01T02:00:00+01:00'; To = '2024-01-02' }; Jobs = 2 }
        @{ Name = 'a time as an object'; Filter = @{ From = [datetime]::new(2024, 1, 4, 0, 0, 0, [DateTimeKind]::Utc) }; Jobs = 5 }
        @{ Name = 'User and Queue'; Filter = @{ User = 'alice'; Queue = 'night' }; Jobs = 1 }
        @{ Name = 'Limit'; Filter = @{ Limit = 2 }; Jobs = 1, 2 }
    ) {
        (Get-AccountingRecord $store @Filter).JobId | Should -Be $Jobs
    }

    It 'gets nothing where nothing fits' {
        Get-AccountingRecord $store -User nobody | Should -BeNullOrEmpty
    }

    It 'puts jobs in order by a column, the largest first where asked' {
        (Get-AccountingRecord $store -Sort slots -Descending -Limit 1).JobId | Should -Be 1
        (Get-AccountingRecord $store -Sort user -Limit 2).User | Should -Be 'alice', 'alice'
        { Get-AccountingRecord $store -Sort colour } | Should -Throw -ErrorId "ParameterArgumentValidationError,$type"
    }

    It 'refuses a filter by what is no column' {
        { Get-AccountingRecord $store -Filter @{ Colour = 'red' } } | Should -Throw '*jobs cannot be picked by "Colour"*'
    }

    It 'takes a store relative to the location of the session, or on a drive' {
        @(Get-AccountingRecord TestDrive:/a.db).Count | Should -Be 6
        Push-Location TestDrive:/
        try {
            @(Get-AccountingRecord a.db).Count | Should -Be 6
        } finally {
            Pop-Location
        }
    }

    It 'lets go of the store when a cmdlet behind it has seen enough' {
        (Get-AccountingRecord $store | Select-Object -First 1).JobId | Should -Be 1
        (Get-ChildItem "/proc/$PID/fd" -ErrorAction SilentlyContinue).LinkTarget | Should -Not -Contain $store
    }

    It 'ends with <Id> for the store <Path>, and says what to do' -ForEach @(
        @{ Path = 'TestDrive:/nowhere.db'; Id = 'StoreUnusable'; Category = 'OpenError' }
        @{ Path = 'env:PATH'; Id = 'PathNotFileSystem'; Category = 'InvalidArgument' }
        @{ Path = 'NoDrive:/a.db'; Id = 'PathNotFound'; Category = 'ObjectNotFound' }
    ) {
        $failure = { Get-AccountingRecord $Path } | Should -Throw -ErrorId "$Id,$type" -PassThru
        $failure.CategoryInfo.Category | Should -Be $Category
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'refuses a limit below 1' {
        { Get-AccountingRecord $store -Limit 0 } | Should -Throw -ErrorId "ParameterArgumentValidationError,$type"
    }

    Context 'completion' {
        It 'completes <Text>' -ForEach @(
            @{ Text = 'Get-AccountingRecord STORE -State '; Values = 'DONE', 'FAILED', 'CANCELLED', 'TIMEOUT', 'OUT_OF_MEMORY', 'NODE_FAIL', 'PREEMPTED', 'REQUEUED', 'UNKNOWN' }
            @{ Text = 'Get-AccountingRecord STORE -State t'; Values = 'TIMEOUT' }
            @{ Text = 'Get-AccountingRecord STORE -User '; Values = 'alice', 'bob', 'carol', "'o''neill'" }
            @{ Text = 'Get-AccountingRecord -Store STORE -User alice,b'; Values = 'bob' }
            @{ Text = 'Get-AccountingRecord STORE -Queue l'; Values = "'long queue'" }
            @{ Text = 'Get-AccountingRecord STORE -Queue ''l'; Values = "'long queue'" }
            @{ Text = 'Get-AccountingRecord STORE -Project '; Values = 'atlas', 'lhcb' }
            @{ Text = 'Get-AccountingRecord STORE -Cluster '; Values = 'prod', 'test' }
            @{ Text = 'Measure-AccountingRecord -Store STORE -User a'; Values = 'alice' }
        ) {
            Get-CompletionOf $Text.Replace('STORE', $store) | Should -Be $Values
        }

        It 'finds a store relative to the location of the session' {
            Push-Location TestDrive:/
            try {
                Get-CompletionOf 'Get-AccountingRecord a.db -User al' | Should -Be 'alice'
            } finally {
                Pop-Location
            }
        }

        It 'offers no names, and does not fail, for <Path>' -ForEach @(
            @{ Path = 'TestDrive:/nowhere.db' }
            @{ Path = '/proc/version' }
            @{ Path = 'env:PATH' }
            @{ Path = 'NoDrive:/a.db' }
        ) {
            Get-CompletionOf "Get-AccountingRecord $Path -User al" | Should -Not -Contain 'alice'
        }
    }

    It 'has every field of the line with -AllFields' {
        New-Log TestDrive:/fields.acct -Jobs 3
        $kept = Convert-PathToFile TestDrive:/fields.db
        $null = Invoke-AccountingCollector TestDrive:/fields.acct $kept -Once
        $line = Import-AccountingLog TestDrive:/fields.acct | Select-Object -First 1 -ExcludeProperty Source, Cluster
        Remove-Item TestDrive:/fields.acct
        $job = Get-AccountingRecord $kept -JobId 1 -AllFields
        $job.GetType().Name | Should -BeExactly 'LsfJobFinish'
        $job | Select-Object -ExcludeProperty Source, Cluster | ConvertTo-Json | Should -BeExactly ($line | ConvertTo-Json)
    }
}
