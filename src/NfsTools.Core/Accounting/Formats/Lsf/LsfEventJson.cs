using System.Text.Json.Serialization;

namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>The records that are no jobs, as the store keeps their fields: written without reflection, which a native program lacks.</summary>
[JsonSerializable(typeof(LsfReservationFinish))]
[JsonSerializable(typeof(LsfJobResize))]
internal sealed partial class LsfEventJson : JsonSerializerContext;
