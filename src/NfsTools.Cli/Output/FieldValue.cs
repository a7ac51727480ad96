using System.Globalization;
using System.Text.Json;
using NfsTools.Interop;

namespace NfsTools.Cli.Output;

/// <summary>A text, a whole number, a number, true or false, or nothing, as JSON and CSV write it: exact, and the same on every machine.</summary>
internal readonly struct FieldValue : IComparable<FieldValue>
{
    private readonly string? text;
    private readonly double number;
    private readonly long integer;
    private readonly Kind kind;

    private FieldValue(Kind kind, string? text = null, long integer = 0, double number = 0) =>
        (this.kind, this.text, this.integer, this.number) = (kind, text, integer, number);

    private enum Kind
    {
        Nothing,
        Text,
        Integer,
        Number,
        Truth,
        Unsigned,
    }

    /// <summary>A file's name, written so that it can be read back.</summary>
    public static FieldValue Name(string name) => NameText.Write(name);

    public static implicit operator FieldValue(string value) => new(Kind.Text, NameText.Quote(value));

    public static implicit operator FieldValue(long value) => new(Kind.Integer, integer: value);

    public static implicit operator FieldValue(ulong value) => new(Kind.Unsigned, integer: unchecked((long)value));

    public static implicit operator FieldValue(bool value) => new(Kind.Truth, integer: value ? 1 : 0);

    // JSON has no word for infinity, which two absurd CPU times can add up to.
    public static implicit operator FieldValue(double value) => double.IsFinite(value) ? new(Kind.Number, number: value) : default;

    public static implicit operator FieldValue(TimeSpan? value) => value is { } time ? time.TotalSeconds : default(FieldValue);

    public static implicit operator FieldValue(DateTimeOffset? value) => value is { } time ? new(Kind.Integer, integer: time.ToUnixTimeSeconds()) : default;

    /// <summary>Numbers by their size, texts by their characters; nothing comes first.</summary>
    public int CompareTo(FieldValue other) => (text, other.text) is ({ } mine, { } others) ? string.CompareOrdinal(mine, others) : Size.CompareTo(other.Size);

    private double Size => kind switch
    {
        Kind.Nothing => double.NaN,
        Kind.Number => number,
        Kind.Unsigned => unchecked((ulong)integer),
        _ => integer,
    };

    public void Write(Utf8JsonWriter json, string name)
    {
        switch (kind)
        {
            case Kind.Text:
                json.WriteString(name, text);
                break;
            case Kind.Integer:
                json.WriteNumber(name, integer);
                break;
            case Kind.Number:
                json.WriteNumber(name, number);
                break;
            case Kind.Unsigned:
                json.WriteNumber(name, unchecked((ulong)integer));
                break;
            case Kind.Truth:
                json.WriteBoolean(name, integer != 0);
                break;
            default:
                json.WriteNull(name);
                break;
        }
    }

    /// <summary>The value in text; empty for nothing.</summary>
    public override string ToString() => kind switch
    {
        Kind.Text => text!,
        Kind.Integer => integer.ToString(CultureInfo.InvariantCulture),
        Kind.Number => number.ToString(CultureInfo.InvariantCulture),
        Kind.Unsigned => unchecked((ulong)integer).ToString(CultureInfo.InvariantCulture),
        Kind.Truth => integer != 0 ? "true" : "false",
        _ => "",
    };
}
