namespace NfsTools.Accounting.Model;

/// <summary>A log as a store knows it.</summary>
/// <param name="Cluster">The cluster its records belong to.</param>
/// <param name="Format">The name of its format.</param>
/// <param name="LivePath">The live file, absolute.</param>
internal readonly record struct KnownLog(string Cluster, string Format, string LivePath);
