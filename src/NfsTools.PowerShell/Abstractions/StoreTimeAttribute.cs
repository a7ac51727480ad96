using System.Globalization;
using System.Management.Automation;
using NfsTools.Accounting.Model;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>Reads a text without a time zone as what the clocks of a store's time zone show; an object is the time that it is. Anything else is refused.</summary>
internal sealed class StoreTimeAttribute : ArgumentTransformationAttribute
{
    public const string Help = "A text without a time zone is in that of the store's days.";

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
    {
        string text when IsClock(text, out var clock) => StoreTime.OfClock(clock),
        string text when UtcTextAttribute.Parse(text) is { } time => StoreTime.At(time),
        DateTime time => StoreTime.At(time),
        DateTimeOffset time => StoreTime.At(time),
        null or StoreTime => inputData!,
        var other => throw new ArgumentTransformationMetadataException($"\"{SafeText.Clean($"{other}")}\" is no time: write 2026-11-21, 2026-11-21T20:57:27 or 2026-11-21T20:57:27+01:00."),
    };

    private static bool IsClock(string text, out DateTime clock) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind | DateTimeStyles.AllowWhiteSpaces, out clock) && clock.Kind == DateTimeKind.Unspecified;
}
