using System.Text.Json;
using NfsTools.Interop;

namespace NfsTools.Jobs.Flows;

/// <summary>What the wrapper of a job on another host reported.</summary>
internal static class FlowReport
{
    private const int MostBytes = 64 << 20;

    /// <summary>The reason of its verdict; null where there is no report, as when the host could not be reached.</summary>
    public static string? ReasonIn(string report)
    {
        try
        {
            using var document = JsonDocument.Parse(NativeFile.ReadAll(report, MostBytes));
            return document.RootElement.GetProperty("reason").GetString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
