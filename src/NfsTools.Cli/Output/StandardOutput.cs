using System.Runtime.InteropServices;
using System.Text;

namespace NfsTools.Cli.Output;

/// <summary>
/// Standard output as the kernel has it. The console's own stream passes over a closed pipe in silence, so that
/// <c>nfstools query | head</c> would go on to the last row; a FileStream writes at positions of its own, so that a second
/// command's output in <c>(a; b) &gt; file</c> would overwrite the first's.
/// </summary>
internal sealed partial class StandardOutput : Stream
{
    private static readonly bool IsClosed = StandardStream.IsClosed(StandardStream.Output);
    private const int BufferChars = 16 << 10;
    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const int BrokenPipe = 32;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Buffered text in UTF-8; the writer is flushed by whoever writes, not by being disposed of after an error.</summary>
    public static StreamWriter OpenText() => new(new StandardOutput(), new UTF8Encoding(false), BufferChars) { NewLine = "\n" };

    /// <exception cref="ClosedOutputException">Nobody reads any more.</exception>
    /// <exception cref="NfsToolsException">The output cannot be written, e.g. because the disk is full.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (IsClosed)
            {
                throw new NfsToolsException("Standard output is closed.", "Send it somewhere, e.g. to /dev/null.");
            }

            var written = WriteTo(StandardStream.Output, in MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case TryAgain:
                    Thread.Sleep(1);
                    break;
                case BrokenPipe:
                    throw new ClosedOutputException();
                case var error:
                    throw new NfsToolsException($"Standard output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}.", "Make room where it goes to, or send it elsewhere.");
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint WriteTo(int descriptor, in byte buffer, nint count);
}
