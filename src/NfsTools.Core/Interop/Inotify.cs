using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace NfsTools.Interop;

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
    private readonly SafeFileHandle handle;
    private readonly SafeFileHandle cancelled;
    private readonly byte[] buffer = new byte[64 * 1024];

    public Inotify()
    {
        handle = Handle(Libc.InotifyInit(Libc.OpenCloseOnExec | Libc.OpenNonBlock), "inotify");
        cancelled = Handle(Libc.EventDescriptor(0, Libc.OpenCloseOnExec), "eventfd");
    }

    /// <summary>Watches a directory.</summary>
    /// <exception cref="IOException">It cannot be watched: it is not there, or the user's watches are used up.</exception>
    public void Add(string directory, uint mask)
    {
        if (Libc.InotifyAddWatch(handle, directory, mask) < 0)
        {
            throw Libc.LastError(directory);
        }
    }

    /// <summary>Waits for events, at most so long; false when none came.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public bool Wait(TimeSpan timeout, CancellationToken cancellation)
    {
        using var registration = cancellation.Register(() => Libc.Write(cancelled, [1, 0, 0, 0, 0, 0, 0, 0], sizeof(ulong)));
        Span<Libc.PollDescriptor> descriptors =
        [
            new Libc.PollDescriptor { Descriptor = (int)handle.DangerousGetHandle(), Events = Libc.PollIn },
            new Libc.PollDescriptor { Descriptor = (int)cancelled.DangerousGetHandle(), Events = Libc.PollIn },
        ];
        _ = Libc.Poll(descriptors, (nuint)descriptors.Length, (int)Math.Min(timeout.TotalMilliseconds, int.MaxValue));
        cancellation.ThrowIfCancellationRequested();
        return descriptors[0].Returned != 0;
    }

    /// <summary>Takes the names in the events that are waiting; an empty name stands for the directory itself or an overflow.</summary>
    public List<string> Read()
    {
        var names = new List<string>();
        for (nint length; (length = Libc.Read(handle, buffer, buffer.Length)) > 0;)
        {
            for (var at = 0; at < length;)
            {
                var nameLength = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at + 12));
                names.Add(Encoding.UTF8.GetString(buffer.AsSpan(at + HeaderBytes, nameLength).TrimEnd((byte)0)));
                at += HeaderBytes + nameLength;
            }
        }

        return names;
    }

    public void Dispose()
    {
        handle.Dispose();
        cancelled.Dispose();
    }

    private static SafeFileHandle Handle(int descriptor, string what) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Libc.LastError(what);
}
