using System.Runtime.InteropServices;

namespace NfsTools.Cli.Output;

/// <summary>
/// Tells when whoever reads standard output through a pipe has gone, without writing anything: <c>nfstools watch | head -1</c>
/// would otherwise go on until the next event.
/// </summary>
internal sealed partial class OutputReader : IDisposable
{
    private const int Descriptor = 1;
    private const short Error = 0x8;
    private const int LookEveryMilliseconds = 1000;
    private readonly Lock gate = new();
    private readonly Action gone;
    private bool disposed;

    /// <param name="gone">Called once, on another thread, never after disposal.</param>
    public OutputReader(Action gone)
    {
        this.gone = gone;
        new Thread(Watch) { IsBackground = true, Name = nameof(OutputReader) }.Start();
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
        }
    }

    private void Watch()
    {
        while (true)
        {
            // Errors are told without being asked for. A terminal that hangs up sends SIGHUP.
            var output = new Waiting { Descriptor = Descriptor };
            var ready = Poll(ref output, 1, LookEveryMilliseconds);
            lock (gate)
            {
                if (disposed || (ready > 0 && (output.Returned & Error) == 0))
                {
                    return;
                }

                if (ready > 0)
                {
                    gone();
                    return;
                }
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Poll(ref Waiting descriptors, nuint count, int timeoutMilliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Waiting
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
