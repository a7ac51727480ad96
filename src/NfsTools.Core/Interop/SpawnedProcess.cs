using System.Runtime.InteropServices;
using System.Text;

namespace NfsTools.Interop;

/// <summary>What a wait for a process brought.</summary>
/// <param name="Status">The status as wait(2) has it.</param>
/// <param name="Usage">What it used, with those of its children that it waited for.</param>
internal readonly record struct ProcessChange(int Status, Libc.ResourceUsage Usage)
{
    /// <summary>The signal that stopped it; null where it ended.</summary>
    public int? StopSignal => (Status & 0xFF) == 0x7F ? (Status >> 8) & 0xFF : null;

    /// <summary>The signal that killed it; null where it was none.</summary>
    public int? KillSignal => StopSignal is null && (Status & 0x7F) != 0 ? Status & 0x7F : null;

    /// <summary>What it returned; null where a signal ended it.</summary>
    public int? ExitCode => (Status & 0x7F) == 0 ? (Status >> 8) & 0xFF : null;
}

/// <summary>
/// A child process in a process group of its own, with this process's standard streams. .NET's Process would come between:
/// it redirects, resolves names and changes the environment in ways of its own, and has no process groups.
/// </summary>
internal sealed unsafe class SpawnedProcess
{
    // posix_spawnattr_t is 336 bytes, posix_spawn_file_actions_t 80, in glibc and musl.
    private const int OpaqueBytes = 512;
    private const string Shell = "/bin/sh";

    // What a shell adds to the number of a signal that ended a command.
    private const int SignalBase = 128;
    private const int PathNotFound = Libc.NoSuchEntry;
    private static readonly Lock Limited = new();
    private readonly Lock gate = new();
    private bool ended;

    private SpawnedProcess(int id) => Id = id;

    /// <summary>The number of the process, and of its group.</summary>
    public int Id { get; }

    /// <summary>The soft limit of open files that commands are started with; null for this process's.</summary>
    public static ulong? SoftOpenFiles { get; set; }

    /// <summary>
    /// The signals that commands are started with the usual effect of, because they are ignored in this process alone: .NET ignores
    /// SIGPIPE, glibc two of its own. What else is ignored was before: nohup.
    /// </summary>
    public static HashSet<int> OwnIgnored { get; } = [Libc.SignalPipe, .. Libc.InternalSignals];

    /// <summary>Starts a command, found as execvp(3) finds it.</summary>
    /// <param name="file">The command; searched in PATH where it has no slash.</param>
    /// <param name="arguments">Its arguments, without its name.</param>
    /// <param name="directory">The directory it starts in; null for this process's.</param>
    /// <param name="environment">Its environment, NAME=VALUE; null for this process's.</param>
    /// <param name="descriptors">What it has open under which number, besides or instead of this process's standard streams.</param>
    /// <exception cref="IOException">It cannot be started; HResult is errno(3)'s number.</exception>
    public static SpawnedProcess Start(
        string file, IReadOnlyList<string> arguments, string? directory = null, IReadOnlyList<byte[]>? environment = null, IReadOnlyDictionary<int, SafeHandle>? descriptors = null)
    {
        Libc.KeepChildren();
        using var inherited = environment is null ? null : new NativeTexts(environment);
        var variables = inherited is null ? Libc.Environment() : inherited.Pointer;
        var error = PathNotFound;
        foreach (var candidate in Candidates(file, directory, variables))
        {
            var (process, failure) = Spawn(candidate, [file, .. arguments], directory, variables, descriptors);
            if (failure == Libc.NotExecutable)
            {
                // A script without "#!" is the shell's, as in execvp.
                (process, failure) = Spawn(Shell, [Shell, candidate, .. arguments], directory, variables, descriptors);
            }

            switch (failure)
            {
                case 0:
                    return new SpawnedProcess(process);
                case Libc.NoSuchEntry or Libc.NotADirectory:
                    continue;
                case Libc.NotPermitted:
                    error = failure;
                    continue;
                default:
                    throw Error(file, failure);
            }
        }

        throw Error(file, error);
    }

    /// <summary>Whether a command is there and may be executed.</summary>
    public static bool CanStart(string file, string? directory, IReadOnlyList<byte[]>? environment)
    {
        using var inherited = environment is null ? null : new NativeTexts(environment);
        return Candidates(file, directory, inherited is null ? Libc.Environment() : inherited.Pointer).Exists(candidate =>
        {
            fixed (byte* path = NativeText.Encode(FilePath.Full(candidate, directory is null ? null : FilePath.Full(directory))))
            {
                return Libc.Access(path, Libc.ExecutePermission) == 0;
            }
        });
    }

    /// <summary>Sends its group a signal, unless it has ended.</summary>
    public void Signal(int signal)
    {
        lock (gate)
        {
            if (!ended)
            {
                _ = Libc.Kill(-Id, signal);
            }
        }
    }

    /// <summary>Waits until the process ends or is stopped.</summary>
    /// <param name="atEnd">Is called when it has ended, while its group can still be sent signals, with what it returned; where a signal ended it, with 128 and the signal's number.</param>
    /// <exception cref="IOException">There is no such child any more.</exception>
    public ProcessChange Wait(Action<int> atEnd)
    {
        var information = stackalloc byte[128];
        while (true)
        {
            // First without taking the end from the kernel: until it is taken, the number belongs to no other process.
            if (Libc.WaitId(Libc.WaitForProcess, Id, information, Libc.WaitExited | Libc.WaitStopped | Libc.WaitLeaveWaitable) < 0)
            {
                var error = Libc.LastError($"process {Id}");
                if (error.HResult == Libc.Interrupted)
                {
                    continue;
                }

                throw error;
            }

            // si_code: CLD_STOPPED is 5, CLD_TRAPPED 4, CLD_EXITED 1; the others are ends by a signal. si_status is at 24.
            if (*(int*)(information + 8) is var change and not (4 or 5))
            {
                atEnd(*(int*)(information + 24) + (change == 1 ? 0 : SignalBase));
            }

            lock (gate)
            {
                if (Libc.Wait(Id, out var status, Libc.WaitStopped | Libc.WaitNoHang, out var usage) == Id)
                {
                    var result = new ProcessChange(status, usage);
                    ended = result.StopSignal is null;
                    return result;
                }
            }
        }
    }

    private static (int Process, int Error) Spawn(
        string path, IReadOnlyList<string> arguments, string? directory, byte** environment, IReadOnlyDictionary<int, SafeHandle>? descriptors)
    {
        var attributes = stackalloc byte[OpaqueBytes];
        var actions = stackalloc byte[OpaqueBytes];
        var signals = stackalloc byte[Libc.SignalSetBytes];
        _ = Libc.SpawnAttributesInit(attributes);
        _ = Libc.SpawnFileActionsInit(actions);
        try
        {
            foreach (var signal in OwnIgnored)
            {
                Libc.AddSignal(signals, signal);
            }

            _ = Libc.SpawnAttributesSetDefaultSignals(attributes, signals);
            _ = Libc.SpawnAttributesSetGroup(attributes, 0);
            _ = Libc.SpawnAttributesSetFlags(attributes, Libc.SpawnSetGroup | Libc.SpawnSetDefaultSignals);
            using var words = new NativeTexts(arguments.Select(NativeText.Encode));
            fixed (byte* program = NativeText.Encode(path))
            {
                if (directory is not null)
                {
                    fixed (byte* place = NativeText.Encode(directory))
                    {
                        _ = Libc.SpawnFileActionsChangeDirectory(actions, place);
                    }
                }

                foreach (var (number, descriptor) in descriptors ?? new Dictionary<int, SafeHandle>())
                {
                    _ = Libc.SpawnFileActionsDuplicate(actions, (int)descriptor.DangerousGetHandle(), number);
                }

                return SpawnLimited(program, actions, attributes, words.Pointer, environment);
            }
        }
        catch (EntryPointNotFoundException)
        {
            throw new IOException("the C library cannot start a command in another directory: that takes glibc 2.29 or newer");
        }
        finally
        {
            _ = Libc.SpawnAttributesDestroy(attributes);
            _ = Libc.SpawnFileActionsDestroy(actions);
        }
    }

    // posix_spawn sets no limits. This process has the command's own for the moment that it takes.
    private static (int Process, int Error) SpawnLimited(byte* program, byte* actions, byte* attributes, byte** words, byte** environment)
    {
        lock (Limited)
        {
            var limit = default(Libc.Limit);
            var isLimited = SoftOpenFiles is not null && Libc.GetLimit(Libc.OpenFilesResource, out limit) == 0;
            if (isLimited)
            {
                _ = Libc.SetLimit(Libc.OpenFilesResource, limit with { Soft = SoftOpenFiles!.Value });
            }

            var error = Libc.Spawn(out var process, program, actions, attributes, words, environment);
            if (isLimited)
            {
                _ = Libc.SetLimit(Libc.OpenFilesResource, limit);
            }

            return (process, error);
        }
    }

    private static List<string> Candidates(string file, string? directory, byte** environment)
    {
        if (file.Contains('/', StringComparison.Ordinal))
        {
            return [file];
        }

        var found = new List<string>();
        foreach (var place in (Variable(environment, "PATH="u8) ?? "/bin:/usr/bin").Split(':'))
        {
            var parent = place.StartsWith('/') ? place : FilePath.Full(place, directory);
            var candidate = Path.Join(parent, file);
            // Another error than "not there" is told by the attempt to start it. A directory that may not be searched has nothing for us.
            if (Executable(candidate) is not (Libc.NoSuchEntry or Libc.NotADirectory) && Executable(parent) == 0)
            {
                found.Add(candidate);
            }
        }

        return found;
    }

    private static int Executable(string path)
    {
        fixed (byte* name = NativeText.Encode(path))
        {
            return Libc.Access(name, Libc.ExecutePermission) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    private static string? Variable(byte** environment, ReadOnlySpan<byte> nameAndEquals)
    {
        for (var variable = environment; *variable != null; variable++)
        {
            var text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*variable);
            if (text.StartsWith(nameAndEquals))
            {
                return NativeText.Decode(text[nameAndEquals.Length..]);
            }
        }

        return null;
    }

    private static IOException Error(string file, int error) => new($"{file}: {Marshal.GetPInvokeErrorMessage(error)}", error);

    /// <summary>A null-terminated array of null-terminated texts, out of the garbage collector's reach.</summary>
    private sealed class NativeTexts : IDisposable
    {
        public NativeTexts(IEnumerable<byte[]> texts)
        {
            byte[][] all = [.. texts];
            var pointers = (nuint)(sizeof(byte*) * (all.Length + 1));
            var bytes = pointers;
            foreach (var text in all)
            {
                bytes += (nuint)text.Length;
            }

            Pointer = (byte**)NativeMemory.Alloc(bytes);
            var at = (byte*)Pointer + pointers;
            for (var i = 0; i < all.Length; i++)
            {
                Pointer[i] = at;
                new ReadOnlySpan<byte>(all[i]).CopyTo(new Span<byte>(at, all[i].Length));
                at += all[i].Length;
            }

            Pointer[all.Length] = null;
        }

        public byte** Pointer { get; }

        public void Dispose() => NativeMemory.Free(Pointer);
    }
}
