using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats;

/// <summary>Records as the store keeps their fields in JSON: written without reflection, which a native program lacks.</summary>
internal static class StoredJson
{
    // Where a record was read, and the cluster that it is stored under, are not in its line.
    private static readonly string[] Others = [nameof(AccountingRecord.Cluster), nameof(AccountingRecord.Source)];

    private static readonly JsonSerializerOptions Options = new()
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine([.. RecordFormats.All.Select(f => f.Json)]).WithAddedModifier(Leave),
    };

    /// <summary>The fields of a record's line.</summary>
    public static string Of(AccountingRecord record) => JsonSerializer.Serialize(record, Options.GetTypeInfo(record.GetType()));

    private static void Leave(JsonTypeInfo type)
    {
        foreach (var other in type.Properties.Where(p => Others.Contains(p.Name)).ToList())
        {
            type.Properties.Remove(other);
        }
    }
}
