using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace NfsTools.Interop;

/// <summary>
/// Kills a process group, and what has left it, when this process ends without having said that the group is done: when it was
/// killed (SIGKILL, out of memory). It does so once the group was named. It is a shell that reads a pipe, and so sees this
/// process's end; what it holds open is closed only then.
/// </summary>
internal sealed class GroupGuard : IDisposable
{
    // $0 is the mark. What was just begun when the others were killed is found by the next pass.
    private const string Script =
        """
        pass() {
            left=
            for process in /proc/[0-9]*; do
                ! grep -qs "$0=" "$process/environ" || { left=1; kill -s KILL "${process#/proc/}"; }
            done
        }
        read -r group && [ "$group" ] || exit
        if ! read -r done; then
            kill -s KILL -- "-$group"
            for try in 1 2 3 4 5 6 7 8 9; do
                pass
                [ "$left" ] || break
            done
        fi
        read -r end
        """;
    private const int HeldNumber = 3;
    private readonly SafeFileHandle pipe;
    private readonly SpawnedProcess shell;

    /// <summary>Starts it.</summary>
    /// <param name="held">What it holds open, beside this process.</param>
    /// <param name="mark">The variable in the environment of the group's processes, and of those that have left it.</param>
    /// <exception cref="IOException">It cannot be started.</exception>
    public GroupGuard(SafeHandle held, string mark)
    {
        Span<int> ends = stackalloc int[2];
        if (Libc.Pipe(ends, Libc.OpenCloseOnExec) < 0)
        {
            throw Libc.LastError("pipe");
        }

        using var reading = new SafeFileHandle(ends[0], ownsHandle: true);
        pipe = new SafeFileHandle(ends[1], ownsHandle: true);
        shell = SpawnedProcess.Start("/bin/sh", ["-c", Script, mark], descriptors: new Dictionary<int, SafeHandle> { [0] = reading, [HeldNumber] = held });
    }

    /// <summary>Names the group.</summary>
    public void Watch(int group) => Say(string.Create(CultureInfo.InvariantCulture, $"{group}\n"));

    /// <summary>Hold on to what it holds open until this process has ended: for what may hang when it is closed.</summary>
    public bool Lingers { get; set; }

    /// <summary>Says that the group is done.</summary>
    public void Dispose()
    {
        Say("\n");
        if (!Lingers)
        {
            pipe.Dispose();
            shell.Wait(() => { });
        }
    }

    private void Say(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        _ = Libc.Write(pipe, bytes, bytes.Length);
    }
}
