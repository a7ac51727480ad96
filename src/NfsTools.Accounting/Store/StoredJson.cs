using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>Records as the store keeps their fields in JSON: written without reflection, which a native program lacks.</summary>
internal static class StoredJson
{
    private static readonly JsonSerializerOptions Options = new() { TypeInfoResolver = JsonTypeInfoResolver.Combine([.. RecordFormats.All.Select(f => f.Json)]) };

    /// <summary>The fields of a record.</summary>
    public static string Of(AccountingRecord record) => JsonSerializer.Serialize(record, Options.GetTypeInfo(record.GetType()));
}
