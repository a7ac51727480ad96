namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <inheritdoc/>
public sealed class GridEngineContractTests() : FormatContractTests(seed => new GridEngineSample(seed));
