# What the suites share: the built module, and small logs made by code.

$repository = Split-Path (Split-Path $PSScriptRoot)
$module = $env:NFSTOOLS_MODULE ?? "$repository/output/NfsTools"
if (-not (Test-Path $module)) {
    throw "There is no built module in $module. Run ./build.ps1 first."
}

Import-Module $module -Force
$PSStyle.OutputRendering = 'PlainText'

# A JOB_FINISH record of version 5.1, the shortest there is.
function New-JobLine {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It changes nothing.')]
    param(
        [long] $JobId = 1,
        [int] $Index = 0,
        [string] $User = 'alice',
        [string] $Queue = 'night',
        [string] $Project = 'atlas',
        [string] $Name = 'sim',
        [string] $Command = './sim',
        [string[]] $Hosts = 'lx01',
        [long] $Submit = 1700000000,
        [int] $Wait = 10,
        [int] $Run = 100,
        [int] $Status = 64,
        [double] $Cpu = 50,
        [long] $MemKb = 2048
    )
    $start = $Submit + $Wait
    $end = $start + $Run
    $text = { '"' + ($args[0] -replace '"', '""') + '"' }
    $rusage = @($Cpu, 0.5) + @(-1) * 17
    @(
        '"JOB_FINISH"', '"5.1"', $end, $JobId, 1000, 0, 1, $Submit, 0, 0, $start
        & $text $User; & $text $Queue; '""', '""', '""', '"login1"', '"/home"', '""', '""', '""', '"job.sh"'
        0, $Hosts.Count; $Hosts.ForEach({ & $text $_ })
        $Status, 60.0; & $text $Name; & $text $Command
        $rusage
        '""'; & $text $Project; 0, 1, '""', '""', $Index, $MemKb, 0, '""', '""', '""'
    ).ForEach({ [string]::Format([cultureinfo]::InvariantCulture, '{0}', $_) }) -join ' '
}

# A log of so many jobs: users and queues alternate, each job ends an hour after the one before.
function New-Log {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It writes below TestDrive.')]
    param([string] $Path, [int] $Jobs = 4, [long] $FirstId = 1, [string[]] $Append = @())
    $lines = @(for ($i = 0; $i -lt $Jobs; $i++) {
            New-JobLine -JobId ($FirstId + $i) -User ('alice', 'bob')[$i % 2] -Queue ('night', 'short')[[math]::Floor($i / 2) % 2] -Submit (1700000000 + 3600 * ($FirstId + $i))
        }) + $Append
    [IO.File]::WriteAllText((Convert-PathToFile $Path), ($lines -join "`n") + "`n")
}

# Code points that a terminal obeys or nobody sees: controls, joiners, marks and overrides of direction, fillers, selectors, tags.
$hostilePoints = @(
    0x01, 0x07, 0x0D, 0x1B, 0x7F, 0x85, 0x9B, 0xAD, 0x34F, 0x61C, 0x115F, 0x180B, 0x180E, 0x200B, 0x200D, 0x200F, 0x2028, 0x2029, 0x202E, 0x2060, 0x2066, 0x2069
    0x2800, 0x3164, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9, 0x110BD, 0x1BCA0, 0x1D159, 0x1D173, 0xE0001, 0xE0041, 0xE007F, 0xE0100, 0xE01EF
)
$hostileText = "x$(-join $hostilePoints.ForEach({ [char]::ConvertFromUtf32($_) }))y"

# Those that a text has; a line's end is none.
function Get-HostilePoint {
    param([string] $Text)
    $hostilePoints.Where({ ($Text -replace "`r`n", "`n").Contains([char]::ConvertFromUtf32($_)) }).ForEach({ 'U+{0:X4}' -f $_ })
}

function Convert-PathToFile {
    param([string] $Path)
    $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
}

function Get-CompletionOf {
    param([string] $Text)
    @([Management.Automation.CommandCompletion]::CompleteInput($Text, $Text.Length, $null).CompletionMatches.CompletionText)
}

# Changes a store behind the module's back, through the module's own SQLite.
function Invoke-Sql {
    param([string] $Store, [string] $Sql)
    $sqlite = [Runtime.Loader.AssemblyLoadContext]::All.Assemblies.Where({ $_.GetName().Name -eq 'Microsoft.Data.Sqlite' })[0]
    $connection = [Activator]::CreateInstance($sqlite.GetType('Microsoft.Data.Sqlite.SqliteConnection'), "Data Source=$(Convert-PathToFile $Store);Pooling=False")
    try {
        $connection.Open()
        $command = $connection.CreateCommand()
        $command.CommandText = $Sql
        $null = $command.ExecuteNonQuery()
    } finally {
        $connection.Dispose()
    }
}

# Starts a script in a runspace of its own that has the module; stop it with Stop-Background.
function Start-Background {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Suites stop what they start.')]
    param([string] $Script, [hashtable] $Variables = @{})
    $shell = [powershell]::Create()
    $null = $shell.AddScript('param($module, $variables) Import-Module $module; $variables.GetEnumerator().ForEach({ Set-Variable $_.Key $_.Value })').AddArgument($module).AddArgument($Variables).Invoke()
    $shell.Commands.Clear()
    $null = $shell.AddScript($Script)
    [pscustomobject]@{ Shell = $shell; Result = $shell.BeginInvoke() }
}

# Stops it as Ctrl+C does; says how many milliseconds that took.
function Stop-Background {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It stops what a suite started.')]
    param($Background)
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $Background.Shell.Stop()
    $watch.ElapsedMilliseconds
    $Background.Shell.Dispose()
}

function Wait-Until {
    param([scriptblock] $Condition, [int] $Seconds = 20)
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($watch.Elapsed.TotalSeconds -gt $Seconds) {
            throw "It did not come true within $Seconds seconds: $Condition"
        }

        Start-Sleep -Milliseconds 50
    }
}
