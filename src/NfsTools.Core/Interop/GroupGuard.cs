using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace NfsTools.Interop;

/// <summary>
/// Kills the processes that bear a mark, and the group they began in, when this process ends without having disposed of the
/// guard: when it was killed (SIGKILL, out of memory, a closed terminal). It is a shell that reads a pipe, and so sees this
/// process's end; what it holds open is closed only then.
/// </summary>
internal sealed unsafe class GroupGuard : IDisposable
{
    // $0 is the mark. What was just begun when the others were killed is found by the next pass.
    private const string Script =
        """
        trap '' HUP INT QUIT TERM
        pass() {
            left=
            for process in /proc/[0-9]*; do
                ! grep -qs "$0=" "$process/environ" || { left=1; kill -s KILL "${process#/proc/}" 2>/dev/null; }
            done
        }
        read -r group && read -r held && { read -r end; exit; }
        [ "$group" ] && kill -s KILL -- "-$group" 2>/dev/null
        for try in 1 2 3 4 5 6 7 8 9; do
            pass
            [ "$left" ] || break
        done
        """;
    private const int HeldNumber = 3;
    private readonly SafeFileHandle pipe;
    private readonly SpawnedProcess shell;

    /// <summary>Starts it.</summary>
    /// <param name="held">What it holds open, beside this process; null for nothing.</param>
    /// <param name="mark">The variable in the environment of the processes that end with this one.</param>
    /// <exception cref="IOException">It cannot be started.</exception>
    public GroupGuard(SafeHandle? held, string mark)
    {
        var ends = stackalloc int[2];
        if (Libc.Pipe(ends, Libc.OpenCloseOnExec) < 0)
        {
            throw Libc.LastError("pipe");
        }

        using var reading = new SafeFileHandle(ends[0], ownsHandle: true);
        pipe = new SafeFileHandle(ends[1], ownsHandle: true);

        // A shell complains of a working directory that was deleted.
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var descriptors = new Dictionary<int, SafeHandle> { [0] = reading, [2] = nothing };
        if (held is not null)
        {
            descriptors[HeldNumber] = held;
        }

        shell = SpawnedProcess.Start("/bin/sh", ["-c", Script, mark], descriptors: descriptors);
    }

    /// <summary>Names the group.</summary>
    public void Watch(int group) => Say(string.Create(CultureInfo.InvariantCulture, $"{group}\n"));

    /// <summary>Hold on to what it holds open until this process has ended: for what may hang when it is closed.</summary>
    public bool Lingers { get; set; }

    /// <summary>Ends it: the processes are done.</summary>
    public void Dispose()
    {
        if (Lingers)
        {
            Say("\n");
            return;
        }

        shell.Signal(Libc.SignalKill);
        shell.Wait(_ => { });
        pipe.Dispose();
    }

    private void Say(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        _ = Libc.Write(pipe, bytes, bytes.Length);
    }
}
