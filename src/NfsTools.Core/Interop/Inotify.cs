using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace NfsTools.Interop;

/// <summary>An event of inotify(7).</summary>
/// <param name="Watch">The watch it belongs to; -1 for an overflow of the queue.</param>
/// <param name="Mask">What happened.</param>
/// <param name="Cookie">The same in both halves of a rename; 0 otherwise.</param>
/// <param name="Name">The entry of the watched directory; empty for the directory itself.</param>
internal readonly record struct InotifyEvent(int Watch, uint Mask, uint Cookie, string Name)
{
    private const uint QueueOverflow = 0x4000;
    private const uint Ignored = 0x8000;

    /// <summary>Events were lost.</summary>
    public bool IsOverflow => (Mask & QueueOverflow) != 0;

    /// <summary>The watch has ended: its directory is gone, or was unmounted.</summary>
    public bool IsEnd => (Mask & Ignored) != 0;

    /// <summary>The watched directory itself has another name; the watch goes with it.</summary>
    public bool IsMoved => (Mask & Inotify.MoveSelf) != 0;
}

/// <summary>
/// An inotify(7) instance: changes made through this host's kernel, and none made by other hosts. Where the kernel gives none, it
/// tells of nothing, and waits all the same.
/// </summary>
internal sealed class Inotify : IDisposable
{
    public const uint MoveSelf = 0x800;
    public const uint Modify = 0x2;
    private const uint Attributes = 0x4;
    public const uint CloseWrite = 0x8;
    public const uint MovedFrom = 0x40;
    public const uint MovedTo = 0x80;
    public const uint Create = 0x100;
    public const uint Delete = 0x200;

    // Every change of a directory's entries and their content, and the directory's own way to another name.
    private const uint AnyChange = Modify | Attributes | CloseWrite | MovedFrom | MovedTo | Create | Delete | MoveSelf;

    // poll(2) tells of its changes (proc(5)).
    private const string MountTable = "/proc/self/mountinfo";

    private const int HeaderBytes = 16;

    // With a name of NAME_MAX and its NUL: a read that leaves so much room has emptied the queue.
    private const int MostEventBytes = HeaderBytes + 256;
    private readonly SafeFileHandle? handle;
    private readonly SafeFileHandle? interrupted;
    private readonly SafeFileHandle? mounts;

    // Takes no descriptor: those may be what is used up.
    private readonly AutoResetEvent woken = new(false);
    private readonly byte[] buffer = new byte[64 * 1024];
    private bool mountsChanged;
    private volatile string shortage = "";
    private bool told;

    /// <summary>Makes an instance.</summary>
    /// <param name="ofMounts">It tells of changes of the mount table, too.</param>
    public Inotify(bool ofMounts = false)
    {
        handle = Handle(Libc.InotifyInit(Libc.OpenCloseOnExec | Libc.OpenNonBlock));
        interrupted = handle is null ? null : Handle(Libc.EventDescriptor(0, Libc.OpenCloseOnExec));
        if (interrupted is null)
        {
            handle?.Dispose();
            handle = null;
        }

        mounts = handle is not null && ofMounts ? Handle(Libc.Open(MountTable, Libc.OpenReadOnly | Libc.OpenCloseOnExec, 0)) : null;
    }

    /// <summary>Whether something may have been mounted or unmounted since this was asked for the last time.</summary>
    public bool TakeMountsChanged()
    {
        var has = mountsChanged || mounts is null;
        mountsChanged = false;
        return has;
    }

    /// <summary>What is used up, and the limit's name, so that not everything is watched; empty where nothing is.</summary>
    public string Shortage => shortage;

    /// <summary>What is used up, the first time it is asked for; null otherwise.</summary>
    public string? TakeShortage()
    {
        var news = told || shortage.Length == 0 ? null : shortage;
        told |= news is not null;
        return news;
    }

    /// <summary>Watches a file or directory. May hang with the file system.</summary>
    /// <param name="path">The file or directory.</param>
    /// <param name="isUsedUp">Whether no other one could be watched now either.</param>
    /// <param name="mask">What is told of it.</param>
    /// <returns>The watch's number, the same one for what is watched already; null where it is not there, may not be read, or cannot be watched.</returns>
    public int? Add(string path, out bool isUsedUp, uint mask = AnyChange)
    {
        isUsedUp = handle is null;
        if (handle is null)
        {
            return null;
        }

        if (Libc.InotifyAddWatch(handle, path, mask) is var watch && watch >= 0)
        {
            return watch;
        }

        var error = Libc.LastError(path).HResult;
        isUsedUp = error is Libc.NoSpace or Libc.OutOfMemory;
        NoteShortage(error);
        return null;
    }

    /// <summary>Ends a watch.</summary>
    public void Remove(int watch)
    {
        if (handle is not null)
        {
            Libc.InotifyRemoveWatch(handle, watch);
        }
    }

    /// <summary>Ends the wait that is under way, or the next one. May be called from any thread.</summary>
    public void Interrupt()
    {
        if (interrupted is null)
        {
            woken.Set();
        }
        else
        {
            Libc.Write(interrupted, [1, 0, 0, 0, 0, 0, 0, 0], sizeof(ulong));
        }
    }

    /// <summary>Waits for events, at most so long; false when none came.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public bool Wait(TimeSpan timeout, CancellationToken cancellation)
    {
        using var registration = cancellation.Register(Interrupt);
        var milliseconds = (int)Math.Clamp(Math.Ceiling(timeout.TotalMilliseconds), 0, int.MaxValue);
        if (handle is null || interrupted is null)
        {
            woken.WaitOne(milliseconds);
            cancellation.ThrowIfCancellationRequested();
            return false;
        }

        Span<Libc.PollDescriptor> descriptors =
        [
            new Libc.PollDescriptor { Descriptor = (int)handle.DangerousGetHandle(), Events = Libc.PollIn },
            new Libc.PollDescriptor { Descriptor = (int)interrupted.DangerousGetHandle(), Events = Libc.PollIn },

            // A negative one is passed over.
            new Libc.PollDescriptor { Descriptor = (int?)mounts?.DangerousGetHandle() ?? -1, Events = Libc.PollUrgent },
        ];
        _ = Libc.Poll(descriptors, (nuint)descriptors.Length, milliseconds);
        cancellation.ThrowIfCancellationRequested();
        if (descriptors[1].Returned != 0)
        {
            Libc.Read(interrupted, stackalloc byte[sizeof(ulong)], sizeof(ulong));
        }

        mountsChanged |= descriptors[2].Returned != 0;
        return descriptors[0].Returned != 0;
    }

    /// <summary>Takes the events that are waiting.</summary>
    public List<InotifyEvent> Read()
    {
        var events = new List<InotifyEvent>();
        nint length = handle is null ? 0 : int.MaxValue;
        while (length > buffer.Length - MostEventBytes)
        {
            length = Libc.Read(handle!, buffer, buffer.Length);
            for (var at = 0; at < length;)
            {
                var header = buffer.AsSpan(at, HeaderBytes);
                var nameLength = BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
                events.Add(new InotifyEvent(
                    BinaryPrimitives.ReadInt32LittleEndian(header),
                    BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(header[8..]),
                    NativeText.Decode(buffer.AsSpan(at + HeaderBytes, nameLength).TrimEnd((byte)0))));
                at += HeaderBytes + nameLength;
            }
        }

        return events;
    }

    public void Dispose()
    {
        handle?.Dispose();
        interrupted?.Dispose();
        mounts?.Dispose();
        woken.Dispose();
    }

    private SafeFileHandle? Handle(int descriptor)
    {
        if (descriptor >= 0)
        {
            return new SafeFileHandle(descriptor, ownsHandle: true);
        }

        NoteShortage(Libc.LastError("inotify").HResult);
        return null;
    }

    private void NoteShortage(int error) => shortage = error switch
    {
        Libc.NoSpace => "this user's inotify watches are used up (sysctl fs.inotify.max_user_watches)",
        Libc.TooManyOpenFiles when MayOpen() => "this user's inotify instances are used up (sysctl fs.inotify.max_user_instances)",
        Libc.TooManyOpenFiles => "this process may not open more files (ulimit -n)",
        Libc.FileTableFull => "this host cannot open more files (sysctl fs.file-max)",
        Libc.OutOfMemory => "the kernel has no memory left for inotify",
        Libc.NotImplemented => "this kernel has no inotify",
        _ => shortage,
    };

    // The kernel has one error for both limits.
    private static bool MayOpen()
    {
        using var probe = new SafeFileHandle(Libc.Open("/", Libc.OpenReadOnly | Libc.OpenCloseOnExec, 0), ownsHandle: true);
        return !probe.IsInvalid;
    }
}
