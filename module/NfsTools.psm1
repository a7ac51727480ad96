# Only the loader comes into PowerShell's own assembly context; it loads everything else into one of the module's own.
$libraries = [IO.Path]::Combine($PSScriptRoot, 'bin')
if (-not ('NfsTools.Loader.LoadContext' -as [type])) {
    $null = [Reflection.Assembly]::LoadFrom([IO.Path]::Combine($libraries, 'NfsTools.Loader.dll'))
}

$cmdlets = Microsoft.PowerShell.Core\Import-Module -Assembly ([NfsTools.Loader.LoadContext]::LoadCmdlets($libraries)) -PassThru

# PowerShell finds an assembly that it imported before in a cache and then does not tell this module of its cmdlets, so that
# Import-Module -Force would lose them all (https://github.com/PowerShell/PowerShell/issues/20710).
$module = $ExecutionContext.SessionState.Module
$addExportedCmdlet = [Management.Automation.PSModuleInfo].GetMethod('AddExportedCmdlet', [Reflection.BindingFlags]'Instance, NonPublic')
if ($addExportedCmdlet -and $module.ExportedCmdlets.Count -eq 0) {
    foreach ($cmdlet in $cmdlets.ExportedCmdlets.Values) {
        $addExportedCmdlet.Invoke($module, @(, $cmdlet))
    }
}
