using System.Runtime.InteropServices;

namespace NfsTools.Cli.Output;

/// <summary>Standard input, output and error as this process was given them.</summary>
internal static partial class StandardStream
{
    public const int Input = 0;
    public const int Output = 1;
    public const int Error = 2;
    private const int GetDescriptorFlags = 1;
    private const int CloseOnExec = 1;

    /// <summary>
    /// Whether it was closed (<c>2&gt;&amp;-</c>). .NET then has files and pipes of its own by its number, which must not be written
    /// to; as all its files they are closed by execve(2), which nothing is that this process was given.
    /// </summary>
    public static bool IsClosed(int descriptor) => Control(descriptor, GetDescriptorFlags) is var flags && (flags < 0 || (flags & CloseOnExec) != 0);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int descriptor, int command);
}
