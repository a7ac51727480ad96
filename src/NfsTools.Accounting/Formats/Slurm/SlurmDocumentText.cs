using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>The values of a job in JSON as the fields of a row of sacct(1), one behind the other.</summary>
/// <param name="columns">How many columns there are.</param>
internal ref struct SlurmDocumentText(int columns)
{
    private const int RoomForNumber = 24;

    [ThreadStatic]
    private static byte[]? spare;

    private readonly int[] places = Cleared(columns);
    private byte[] text = spare ??= new byte[4096];
    private int used;

    /// <summary>How far it is written.</summary>
    public readonly int Length => used;

    /// <summary>Where the fields stand, by turns with their lengths.</summary>
    public readonly int[] Places => places;

    /// <summary>What was written.</summary>
    public readonly byte[] ToArray() => text.AsSpan(0, used).ToArray();

    /// <summary>A field as written so far.</summary>
    public readonly ReadOnlySpan<byte> Field(int column) => text.AsSpan(places[2 * column], places[(2 * column) + 1]);

    /// <summary>Makes a field of what was written since a place.</summary>
    public readonly void Set(int column, int from) => (places[2 * column], places[(2 * column) + 1]) = (from, used - from);

    /// <summary>Writes bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(text.AsSpan(used));
        used += bytes.Length;
    }

    /// <summary>Writes a whole number.</summary>
    public void Add(long number)
    {
        Reserve(RoomForNumber);
        Utf8Formatter.TryFormat(number, text.AsSpan(used), out var length);
        used += length;
    }

    /// <summary>Writes a duration from microseconds as <c>0:1.500000</c>.</summary>
    public void AddDuration(long microseconds)
    {
        Add("0:"u8);
        Add(microseconds / 1_000_000);
        Add("."u8);
        Reserve(RoomForNumber);
        Utf8Formatter.TryFormat(microseconds % 1_000_000, text.AsSpan(used), out var length, new StandardFormat('D', 6));
        used += length;
    }

    /// <summary>Writes a string as it is meant, or a number; what is no UTF-8 stays as it stands.</summary>
    public void Add(ref Utf8JsonReader json)
    {
        if (json.ValueIsEscaped && Utf8.IsValid(json.ValueSpan))
        {
            Reserve(json.ValueSpan.Length);
            used += json.CopyString(text.AsSpan(used));
        }
        else
        {
            Add(json.ValueSpan);
        }
    }

    /// <summary>Writes a field once more.</summary>
    public void Copy(int column)
    {
        Reserve(places[(2 * column) + 1]);
        Add(Field(column));
    }

    private static int[] Cleared(int columns)
    {
        var places = SlurmFormat.Places(columns);
        places.AsSpan().Clear();
        return places;
    }

    private void Reserve(int length)
    {
        if (used + length > text.Length)
        {
            Array.Resize(ref text, Math.Max(2 * text.Length, used + length));
            spare = text.Length <= 1 << 20 ? text : spare;
        }
    }
}
