using System.Text.Json.Serialization;
using NfsTools.Accounting.Formats.Lsf;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>Records as the store keeps their fields in JSON: written without reflection, which a native program lacks.</summary>
[JsonSerializable(typeof(JobRecord))]
[JsonSerializable(typeof(LsfReservationFinish))]
[JsonSerializable(typeof(LsfJobResize))]
internal sealed partial class StoredJson : JsonSerializerContext;
