[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester shares variables between blocks.')]
param()

BeforeAll {
    . "$PSScriptRoot/common.ps1"

    function Set-Flow {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It writes below TestDrive.')]
        param([string] $Yaml)
        [IO.File]::WriteAllText("$directory/flow.yaml", $Yaml)
    }
}

Describe 'Test-JobFlow' {
    BeforeEach {
        $directory = Convert-PathToFile "TestDrive:/$([guid]::NewGuid())"
        $null = New-Item $directory -ItemType Directory
    }

    It 'is true for a flow that can be run' {
        Set-Flow "jobs:`n- {name: a, command: echo >x, outputs: x}`n"
        Test-JobFlow "$directory/flow.yaml" | Should -BeTrue
    }

    It 'is false for one that cannot, and says why with -Detailed' {
        Set-Flow "jobs:`n- {name: a, command: x, inputs: nowhere}`n- {name: a, command: x}`n"
        Test-JobFlow "$directory/flow.yaml" | Should -BeFalse
        $problems = Test-JobFlow "$directory/flow.yaml" -Detailed
        $problems.Count | Should -Be 2
        $problems[0].Message | Should -Match 'flow\.yaml:3:10: name: there is a job "a" already\.'
        $problems[1].Message | Should -Match 'flow\.yaml:2:33: inputs: .*nowhere is not there, and no job makes it\.'
    }

    It 'tells FlowInvalid with line and column for <Name>, and goes on' -ForEach @(
        @{ Name = 'an unknown key'; Yaml = "jobs:`n- {name: a, run: x}`n"; Where = ':2:13: unknown key' }
        @{ Name = 'no YAML'; Yaml = 'jobs: ['; Where = ':1:' }
    ) {
        Set-Flow $Yaml
        $null = "$directory/flow.yaml", "$directory/none.yaml" | Test-JobFlow -ErrorAction SilentlyContinue -ErrorVariable told
        $told.Count | Should -Be 2
        $told[0].FullyQualifiedErrorId | Should -BeExactly 'FlowInvalid,NfsTools.PowerShell.Commands.TestJobFlowCommand'
        "$($told[0])" | Should -BeLike "*$Where*"
        "$($told[1])" | Should -BeLike '*no such file*'
    }
}

Describe 'Invoke-JobFlow' {
    BeforeEach {
        $directory = Convert-PathToFile "TestDrive:/$([guid]::NewGuid())"
        $null = New-Item $directory -ItemType Directory
        Set-Flow @'
jobs:
  - {name: second, command: cat in first >second, inputs: [in, first], outputs: second}
  - {name: first, command: [cp, in, first], inputs: in, outputs: first}
'@
        'x' | Set-Content "$directory/in"
    }

    It 'runs what is out of date, in the order that the files demand' {
        (Invoke-JobFlow "$directory/flow.yaml").ForEach({ "$($_.Job) $($_.Status) $($_.Code)" }) | Should -Be 'first Succeeded 0', 'second Succeeded 0'
        Get-Content "$directory/second" | Should -Be 'x', 'x'
        (Invoke-JobFlow "$directory/flow.yaml").Status | Should -Be 'UpToDate', 'UpToDate'
        'y' | Set-Content "$directory/first"
        $again = Invoke-JobFlow "$directory/flow.yaml" -ThrottleLimit 1
        $again.Status | Should -Be 'Succeeded', 'Succeeded'
        $again | Out-String -Width 120 | Should -Match 'Job +Host +Status +Code +Seconds +Reason'
    }

    It 'says with -WhatIf what a run would do, and does nothing' {
        $plan = Invoke-JobFlow "$directory/flow.yaml" -WhatIf
        $plan.Status | Should -Be 'Due', 'Due'
        $plan.Reason | Should -Be 'it was never run', 'it was never run'
        Get-ChildItem $directory -Name | Should -Be 'flow.yaml', 'in'
    }

    It 'tells JobFailed for jobs that failed, and writes how all ended' {
        Set-Flow "jobs:`n- {name: bad, command: 'echo why; exit 4', outputs: x}`n- {name: good, command: echo >y, outputs: y}`n- {name: needer, command: cp x z, inputs: x, outputs: z}`n"
        $results = Invoke-JobFlow "$directory/flow.yaml" -KeepGoing -RetryCount 0 -ErrorAction SilentlyContinue -ErrorVariable told
        $results.Status | Should -Be 'Failed', 'Succeeded', 'NotRun'
        Get-Content $results[0].Log | Should -Be 'why'
        $told.Count | Should -Be 1
        $told[0].FullyQualifiedErrorId | Should -BeExactly 'JobFailed,NfsTools.PowerShell.Commands.InvokeJobFlowCommand'
        "$($told[0])" | Should -Match 'a job failed: bad: the command returned 4\.'
    }

    It 'refuses a flow that something is wrong with' {
        Remove-Item "$directory/in"
        Invoke-JobFlow "$directory/flow.yaml" -ErrorAction SilentlyContinue -ErrorVariable told | Should -BeNullOrEmpty
        $told[0].FullyQualifiedErrorId | Should -BeExactly 'FlowInvalid,NfsTools.PowerShell.Commands.InvokeJobFlowCommand'
    }

    It 'ends what runs when it is stopped' {
        Set-Flow "jobs:`n- {name: slow, command: 'echo >begun; exec sleep 1000', outputs: x}`n"
        $background = Start-Background 'Invoke-JobFlow "$directory/flow.yaml"' @{ directory = $directory }
        try {
            Wait-Until { Test-Path "$directory/begun" }
        } finally {
            $null = Stop-Background $background
        }
        @(Get-ChildItem /proc -Directory | Where-Object Name -Match '^\d+$' | Where-Object { "$(Get-Content "$_/environ" -Raw -ErrorAction Ignore)".Contains("$directory/flow.yaml.state/slow@1.") }).Count | Should -Be 0
    }
}
