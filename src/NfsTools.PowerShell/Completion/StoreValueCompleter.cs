using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Store;
using NfsTools.FileSystems;

namespace NfsTools.PowerShell.Completion;

/// <summary>
/// Completes users, queues, projects and clusters from the store that -Store names. It takes at most a second, looks only at
/// stores on local disks and databases and offers nothing rather than fail.
/// </summary>
internal sealed class StoreValueCompleter : IArgumentCompleter
{
    private const string Resolve = "param($path) $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($path)";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            if (GroupKey.Find(parameterName) is not { } key || fakeBoundParameters["Store"]?.ToString() is not { } store)
            {
                return [];
            }

            var values = Address(store, fakeBoundParameters["PasswordFile"]?.ToString()) is { } address ? Task.Run(() => Values(address, key)) : Task.FromResult<IReadOnlyList<string>>([]);
            return values.Wait(Patience) ? [.. CompletionText.Matching(values.Result, wordToComplete)] : [];
        }
        catch (Exception e) when (e is AggregateException or RuntimeException or NfsToolsException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static StoreAddress? Address(string store, string? passwordFile)
    {
        if (StoreAddress.NamesServer(store))
        {
            return StoreAddress.Parse(store).With(passwordFile is null ? null : FileOf(passwordFile), allowNetwork: false);
        }

        return FileOf(store) is { } file && FileSystemLocator.IsLocal(file) ? StoreAddress.OfFile(file) : null;
    }

    private static string? FileOf(string path)
    {
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddScript(Resolve).AddArgument(path).Invoke<string>().FirstOrDefault();
    }

    private static IReadOnlyList<string> Values(StoreAddress address, GroupKey key)
    {
        using var store = AccountingStore.OpenToRead(address);
        return [.. store.Report(JobFilter.All, [key]).Select(m => m.Keys[0].Value).Where(v => v.Length > 0)];
    }
}
