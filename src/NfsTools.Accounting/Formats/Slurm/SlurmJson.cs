using System.Text.Json.Serialization;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>The records' types, for JSON.</summary>
[JsonSerializable(typeof(SlurmJob))]
[JsonSerializable(typeof(SlurmStep))]
[JsonSerializable(typeof(SlurmActiveJob))]
internal sealed partial class SlurmJson : JsonSerializerContext;
