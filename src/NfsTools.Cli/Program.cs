using NfsTools.Cli;
using NfsTools.Jobs;

return ProcessLimits.AreEnough() ? Start(args) : args.Length > 0 && args[0] is "run" or "lock" ? JobExitCode.CannotGoOn : ExitCode.CannotGoOn;

// Names that are no UTF-8: .NET has lost what they are.
static int Start(string[] args) => Tool.Run(args.Any(word => word.Contains('\uFFFD', StringComparison.Ordinal)) ? [.. ChildCommand.LastOfThisProcess(args.Length)] : args);
