namespace NfsTools.Cli.Output;

/// <summary>One field of what a verb prints: its name in JSON and CSV, and where its value comes from.</summary>
internal readonly record struct Field<T>(string Name, Func<T, FieldValue> Value);
