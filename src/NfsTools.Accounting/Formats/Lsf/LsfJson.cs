using System.Text.Json.Serialization;

namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>The records' types, for JSON.</summary>
[JsonSerializable(typeof(LsfJobFinish))]
[JsonSerializable(typeof(LsfReservationFinish))]
[JsonSerializable(typeof(LsfJobResize))]
internal sealed partial class LsfJson : JsonSerializerContext;
