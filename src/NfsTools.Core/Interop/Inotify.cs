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
}

/// <summary>An inotify(7) instance: changes made through this host's kernel, and none made by other hosts.</summary>
internal sealed class Inotify : IDisposable
{
    public const uint Modify = 0x2;
    public const uint Attributes = 0x4;
    public const uint CloseWrite = 0x8;
    public const uint MovedFrom = 0x40;
    public const uint MovedTo = 0x80;
    public const uint Create = 0x100;
    public const uint Delete = 0x200;

    /// <summary>Every change of a directory's entries and their content.</summary>
    public const uint AnyChange = Modify | Attributes | CloseWrite | MovedFrom | MovedTo | Create | Delete;

    private const int HeaderBytes = 16;

    // With a name of NAME_MAX and its NUL: a read that leaves so much room has emptied the queue.
    private const int MostEventBytes = HeaderBytes + 256;
    private readonly SafeFileHandle handle;
    private readonly SafeFileHandle interrupted;
    private readonly byte[] buffer = new byte[64 * 1024];

    public Inotify()
    {
        handle = Handle(Libc.InotifyInit(Libc.OpenCloseOnExec | Libc.OpenNonBlock), "inotify");
        interrupted = Handle(Libc.EventDescriptor(0, Libc.OpenCloseOnExec), "eventfd");
    }

    /// <summary>Watches a directory.</summary>
    /// <exception cref="IOException">It cannot be watched: it is not there, or the user's watches are used up.</exception>
    /// <returns>The watch's number; the same one for a directory that is watched already.</returns>
    public int Add(string directory, uint mask) =>
        Libc.InotifyAddWatch(handle, directory, mask) is var watch && watch >= 0 ? watch : throw Libc.LastError(directory);

    /// <summary>Ends a watch.</summary>
    public void Remove(int watch) => Libc.InotifyRemoveWatch(handle, watch);

    /// <summary>Ends the wait that is under way, or the next one. May be called from any thread.</summary>
    public void Interrupt() => Libc.Write(interrupted, [1, 0, 0, 0, 0, 0, 0, 0], sizeof(ulong));

    /// <summary>Waits for events, at most so long; false when none came.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public bool Wait(TimeSpan timeout, CancellationToken cancellation)
    {
        using var registration = cancellation.Register(Interrupt);
        Span<Libc.PollDescriptor> descriptors =
        [
            new Libc.PollDescriptor { Descriptor = (int)handle.DangerousGetHandle(), Events = Libc.PollIn },
            new Libc.PollDescriptor { Descriptor = (int)interrupted.DangerousGetHandle(), Events = Libc.PollIn },
        ];
        _ = Libc.Poll(descriptors, (nuint)descriptors.Length, (int)Math.Min(timeout.TotalMilliseconds, int.MaxValue));
        cancellation.ThrowIfCancellationRequested();
        if (descriptors[1].Returned != 0)
        {
            Libc.Read(interrupted, stackalloc byte[sizeof(ulong)], sizeof(ulong));
        }

        return descriptors[0].Returned != 0;
    }

    /// <summary>Takes the events that are waiting.</summary>
    public List<InotifyEvent> Read()
    {
        var events = new List<InotifyEvent>();
        nint length;
        do
        {
            length = Libc.Read(handle, buffer, buffer.Length);
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
        while (length > buffer.Length - MostEventBytes);

        return events;
    }

    public void Dispose()
    {
        handle.Dispose();
        interrupted.Dispose();
    }

    private static SafeFileHandle Handle(int descriptor, string what) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Libc.LastError(what);
}
