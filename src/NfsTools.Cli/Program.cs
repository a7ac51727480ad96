using NfsTools.Cli;
using NfsTools.Jobs;

// Names that are no UTF-8: .NET has lost what they are.
return Tool.Run(args.Any(word => word.Contains('\uFFFD', StringComparison.Ordinal)) ? [.. ChildCommand.LastOfThisProcess(args.Length)] : args);
