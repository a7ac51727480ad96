using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using System.Text;

namespace NfsTools.Interop;

/// <summary>Hands text to the C library as <see cref="NativeText"/> has it: every name goes this way.</summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedIn, typeof(Bytes))]
internal static class NativeTextMarshaller
{
    /// <summary>The bytes of one text for one call: on the stack where there is room.</summary>
    public ref struct Bytes
    {
        private Span<byte> bytes;

        /// <summary>Room for most paths.</summary>
        public static int BufferSize => 512;

        public void FromManaged(string text, Span<byte> buffer)
        {
            if (NativeText.IsPlain(text) && Encoding.UTF8.TryGetBytes(text, buffer[..^1], out var length))
            {
                buffer[length] = 0;
                bytes = buffer;
            }
            else
            {
                bytes = NativeText.Encode(text);
            }
        }

        public readonly ref byte GetPinnableReference() => ref MemoryMarshal.GetReference(bytes);

        public readonly unsafe byte* ToUnmanaged() => (byte*)Unsafe.AsPointer(ref GetPinnableReference());

        public readonly void Free()
        {
        }
    }
}
