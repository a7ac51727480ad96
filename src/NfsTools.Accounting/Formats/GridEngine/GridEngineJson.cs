using System.Text.Json.Serialization;

namespace NfsTools.Accounting.Formats.GridEngine;

/// <summary>The records' types, for JSON.</summary>
[JsonSerializable(typeof(GridEngineJob))]
[JsonSerializable(typeof(GridEngineOther))]
internal sealed partial class GridEngineJson : JsonSerializerContext;
