using System.Text.Json.Serialization;

namespace NfsTools.Accounting.Formats.HTCondor;

/// <summary>The records' types, and those of attributes' values, for JSON.</summary>
[JsonSerializable(typeof(HTCondorJob))]
[JsonSerializable(typeof(HTCondorExtract))]
[JsonSerializable(typeof(List<object>))]
[JsonSerializable(typeof(Dictionary<string, object>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(bool))]
internal sealed partial class HTCondorJson : JsonSerializerContext;
