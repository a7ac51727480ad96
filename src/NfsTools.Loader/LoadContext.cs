using System.Reflection;
using System.Runtime.Loader;

namespace NfsTools.Loader;

/// <summary>
/// Keeps the module's libraries (YamlDotNet, Microsoft.Data.Sqlite ...) apart from those of other modules: two versions of one
/// library cannot both be in PowerShell's own context. Only this small assembly is loaded there.
/// </summary>
public sealed class LoadContext : AssemblyLoadContext
{
    private const string CmdletAssembly = "NfsTools.PowerShell";

    private static readonly Lock Gate = new();

    // An assembly cannot be unloaded while a cmdlet of it is known to a session, so each is loaded once a process.
    private static readonly Dictionary<string, Assembly> Loaded = new(StringComparer.Ordinal);

    private readonly string directory;

    private LoadContext(string directory)
        : base($"NfsTools ({directory})") => this.directory = directory;

    /// <summary>Loads the cmdlets, the first time into a context of their own; later calls return the same assembly.</summary>
    /// <param name="directory">Where the module's libraries lie.</param>
    /// <exception cref="FileNotFoundException">They do not lie there.</exception>
    public static Assembly LoadCmdlets(string directory)
    {
        var full = Path.GetFullPath(directory);
        lock (Gate)
        {
            if (!Loaded.TryGetValue(full, out var cmdlets))
            {
                cmdlets = new LoadContext(full).LoadFromAssemblyPath(Path.Join(full, CmdletAssembly + ".dll"));
                ViewText.Use(cmdlets);
                Loaded.Add(full, cmdlets);
            }

            return cmdlets;
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        // What does not lie beside the module (System.*, System.Management.Automation) is PowerShell's own.
        Path.Join(directory, assemblyName.Name + ".dll") is var path && File.Exists(path) ? LoadFromAssemblyPath(path) : null;

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        Path.Join(directory, $"lib{unmanagedDllName}.so") is var path && File.Exists(path) ? LoadUnmanagedDllFromPath(path) : 0;
}
