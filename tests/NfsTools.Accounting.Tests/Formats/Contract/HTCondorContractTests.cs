namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <inheritdoc/>
public sealed class HTCondorContractTests() : FormatContractTests(seed => new HTCondorSample(seed));
