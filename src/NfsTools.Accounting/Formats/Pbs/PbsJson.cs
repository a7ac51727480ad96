using System.Text.Json.Serialization;

namespace NfsTools.Accounting.Formats.Pbs;

/// <summary>The records' types, for JSON.</summary>
[JsonSerializable(typeof(PbsJob))]
[JsonSerializable(typeof(PbsRecord))]
internal sealed partial class PbsJson : JsonSerializerContext;
