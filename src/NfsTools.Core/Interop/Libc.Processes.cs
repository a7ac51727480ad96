using System.Runtime.InteropServices;

namespace NfsTools.Interop;

/// <summary>Processes, their signals and their terminal.</summary>
internal static unsafe partial class Libc
{
    public const int NotExecutable = 8;
    public const int NoChild = 10;
    public const int SignalHangUp = 1;
    public const int SignalInterrupt = 2;
    public const int SignalQuit = 3;
    public const int SignalKill = 9;
    public const int SignalUser1 = 10;
    public const int SignalUser2 = 12;
    public const int SignalPipe = 13;
    public const int SignalTerminate = 15;
    public const int SignalChild = 17;
    public const int SignalContinue = 18;
    public const int SignalStop = 19;
    public const int SignalTerminalStop = 20;
    public const int SignalTerminalInput = 21;
    public const int SignalTerminalOutput = 22;
    public const int SignalFileSize = 25;
    public const int SignalWindow = 28;
    public const int SpawnSetGroup = 2;
    public const int SpawnSetDefaultSignals = 4;
    public const int WaitNoHang = 1;
    public const int WaitStopped = 2;
    public const int WaitExited = 4;
    public const int WaitLeaveWaitable = 0x1000000;
    public const int WaitForProcess = 1;
    public const int ExecutePermission = 1;
    public const int BlockSignals = 0;
    public const int SetSignalMask = 2;
    public const int SignalSetBytes = 128;
    public const nint IgnoreSignal = 1;
    public const int OpenFilesResource = 7;

    /// <summary>Those that glibc keeps for itself, to cancel threads and to change their user: its posix_spawn ignores them in the command, as nothing else does.</summary>
    public static readonly int[] InternalSignals = [32, 33];

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    public static partial int Spawn(out int process, byte* path, byte* fileActions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int SpawnAttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial int SpawnAttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SpawnAttributesSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setpgroup")]
    public static partial int SpawnAttributesSetGroup(byte* attributes, int group);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int SpawnAttributesSetDefaultSignals(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int SpawnFileActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int SpawnFileActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    public static partial int SpawnFileActionsChangeDirectory(byte* actions, byte* directory);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int SpawnFileActionsDuplicate(byte* actions, int descriptor, int number);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(int* descriptors, int flags);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    public static partial int WaitId(int kind, int process, byte* information, int options);

    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    public static partial int Wait(int process, out int status, int options, out ResourceUsage usage);

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    public static partial int GetResourceUsage(int who, out ResourceUsage usage);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    public static partial int SetLimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "getppid")]
    public static partial int ParentProcess();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "getpgid")]
    public static partial int GetProcessGroup(int process);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    public static partial int ProcessGroup();

    [LibraryImport("libc", EntryPoint = "tcgetpgrp", SetLastError = true)]
    public static partial int TerminalGroup(int terminal);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true)]
    public static partial int Access(byte* path, int mode);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    private static partial nint SetSignalAction(int signal, nint action);

    [LibraryImport("libc", EntryPoint = "tcsetpgrp", SetLastError = true)]
    private static partial int SetTerminalGroup(int terminal, int group);

    [LibraryImport("libc", EntryPoint = "sigaction", SetLastError = true)]
    private static partial int SignalAction(int signal, nint action, nint* previous);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static partial int ThreadSignalMask(int how, byte* signals, byte* previous);

    /// <summary>The environment as the C library has it, bytes and order unaltered.</summary>
    public static byte** Environment() => *(byte***)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "environ");

    /// <summary>Whether a signal is ignored, as after nohup.</summary>
    public static bool IsIgnored(int signal)
    {
        // struct sigaction is 152 bytes and begins with the handler.
        var previous = stackalloc nint[32];
        return SignalAction(signal, 0, previous) == 0 && previous[0] == IgnoreSignal;
    }

    /// <summary>Ignores a signal, in the commands that this process starts too.</summary>
    public static void Ignore(int signal) => _ = SetSignalAction(signal, IgnoreSignal);

    /// <summary>Makes the ends of children known where whoever started this process had them ignored.</summary>
    public static void KeepChildren()
    {
        if (IsIgnored(SignalChild))
        {
            _ = SetSignalAction(SignalChild, 0);
        }
    }

    /// <summary>Opens this process's terminal; below 0 where it has none.</summary>
    public static int OpenTerminal() => Open("/dev/tty", OpenReadWrite | OpenCloseOnExec, 0);

    /// <summary>Whether this process has a terminal.</summary>
    public static bool HasTerminal()
    {
        var terminal = OpenTerminal();
        return terminal >= 0 && Close(terminal) == 0;
    }

    /// <summary>Gives a terminal to a process group; also where this process is in the background, which would stop it.</summary>
    public static void GiveTerminal(int terminal, int group)
    {
        var signals = stackalloc byte[SignalSetBytes];
        var previous = stackalloc byte[SignalSetBytes];
        AddSignal(signals, SignalTerminalOutput);
        _ = ThreadSignalMask(BlockSignals, signals, previous);
        _ = SetTerminalGroup(terminal, group);
        _ = ThreadSignalMask(SetSignalMask, previous, null);
    }

    /// <summary>Adds a signal to a zeroed sigset_t.</summary>
    public static void AddSignal(byte* set, int signal) => set[(signal - 1) / 8] |= (byte)(1 << ((signal - 1) % 8));

    /// <summary>struct rlimit on 64-bit systems.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }

    /// <summary>struct rusage, as far as it is used.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    public struct ResourceUsage
    {
        public long UserSeconds;
        public long UserMicroseconds;
        public long SystemSeconds;
        public long SystemMicroseconds;
        public long PeakKilobytes;
    }
}
