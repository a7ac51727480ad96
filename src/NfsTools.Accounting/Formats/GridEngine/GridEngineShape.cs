using System.Buffers.Text;
using static NfsTools.Accounting.Formats.GridEngine.GridEngineField;

namespace NfsTools.Accounting.Formats.GridEngine;

/// <summary>What the scheduler writes into each field: by that it is known where fields lie when one of them holds a colon.</summary>
internal static class GridEngineShape
{
    /// <summary>How many fields are known.</summary>
    public const int Known = (int)BoundCores + 1;

    // As many digits always fit 64 bits.
    private const int MostDigits = 18;

    private static readonly Kind[] Kinds = MakeKinds();

    private enum Kind : byte
    {
        Text,
        Whole,
        Signed,
        Number,
        Task,
    }

    /// <summary>Whether a text can be a field's.</summary>
    public static bool Fits(GridEngineField field, ReadOnlySpan<byte> text) => Kinds[(int)field] switch
    {
        Kind.Text => true,
        Kind.Whole => IsWhole(text),
        Kind.Signed => IsWhole(text.StartsWith((byte)'-') ? text[1..] : text),
        Kind.Number => IsNumber(text),
        _ => !text.IsEmpty && !IsNumber(text),
    };

    /// <summary>Whether a text is digits that fit 64 bits.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> text) => text.Length is > 0 and <= MostDigits && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>Whether a text is a number as printf(3) writes it by %f, nan and inf among them.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> text)
    {
        // Nearly all of them: digits, and digits behind a point.
        var rest = text.TrimStart("0123456789"u8);
        if (rest.Length < text.Length && (rest.IsEmpty || (rest[0] == (byte)'.' && rest.Length > 1 && !rest[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9'))))
        {
            return true;
        }

        var plain = text.StartsWith((byte)'-') ? text[1..] : text;
        return plain.SequenceEqual("nan"u8) || plain.SequenceEqual("inf"u8)
            || (Utf8Parser.TryParse(text, out double _, out var used) && used == text.Length);
    }

    private static Kind[] MakeKinds()
    {
        var kinds = new Kind[Known];
        foreach (var field in new[] { JobNumber, SubmissionTime, StartTime, EndTime, Failed, ExitStatus, Slots, TaskNumber, ArId, ArSubmissionTime })
        {
            kinds[(int)field] = Kind.Whole;
        }

        kinds[(int)Priority] = Kind.Signed;
        for (var field = RuWallclock; field <= RuNivcsw; field++)
        {
            kinds[(int)field] = Kind.Number;
        }

        foreach (var field in new[] { Cpu, Mem, Io, Iow, MaxVmem, MaxRss, MaxPss, Wallclock, IoOps })
        {
            kinds[(int)field] = Kind.Number;
        }

        kinds[(int)PeTaskId] = Kind.Task;
        return kinds;
    }
}
