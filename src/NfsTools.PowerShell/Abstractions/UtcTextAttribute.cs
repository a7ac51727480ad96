using System.Globalization;
using System.Management.Automation;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>Reads a text without a time zone as UTC. Anything else is left to PowerShell.</summary>
internal sealed class UtcTextAttribute : ArgumentTransformationAttribute
{
    /// <summary>The time that a text means, in UTC where it names no time zone; null where it means none.</summary>
    public static DateTimeOffset? Parse(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var time) ? time : null;

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is string text && Parse(text) is { } time ? time : inputData;
}
