namespace NfsTools.Jobs.Flows;

/// <summary>What is wrong with a flow.</summary>
/// <param name="Message">The problem, with file, line and column.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record FlowProblem(string Message, string Remedy);
