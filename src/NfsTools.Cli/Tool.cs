using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using NfsTools.Cli.Commands;
using NfsTools.Cli.Output;

namespace NfsTools.Cli;

/// <summary>The command <c>nfstools</c>: its verbs, and what becomes of their errors.</summary>
internal static class Tool
{
    private const string Name = "nfstools";
    private const int HelpWidth = 100;

    public static int Run(string[] arguments)
    {
        try
        {
            var result = Root().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (arguments.Length == 0)
            {
                Invoke(Root().Parse(["--help"]));
                return ExitCode.Usage;
            }

            return result.Action is ParseErrorAction ? Refuse(result) : Invoke(result);
        }
        catch (ClosedOutputException)
        {
            // "| head" has seen enough.
            return ExitCode.Well;
        }
        catch (UsageException e)
        {
            return Fail(ExitCode.Usage, e.Message, e.Remedy);
        }
        catch (NfsToolsException e)
        {
            return Fail(ExitCode.CannotGoOn, e.Message, e.Remedy);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(ExitCode.CannotGoOn, e.Message, "Check the owner and mode of the file, and that its file system answers.");
        }
        catch (Exception e)
        {
            return Fail(ExitCode.CannotGoOn, $"unexpected: {e.GetType().Name}: {e.Message}", "This is a defect of nfstools: please report it with the command and its input.");
        }
    }

    private static RootCommand Root()
    {
        var root = new RootCommand("Makes shared file systems safe to automate on: looks past their clients' caches, and turns batch systems' accounting logs into a database, every record exactly once.")
        {
            FsCommand.Create(), StampCommand.Create(), CheckCommand.Create(), WaitCommand.Create(), WatchCommand.Create(),
            CollectCommand.Create(), VerifyCommand.Create(), QueryCommand.Create(), ReportCommand.Create(), StatusCommand.Create(), ParseCommand.Create(),
        };
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            var action = (HelpAction)help.Action!;
            action.MaxWidth = Terminal.Width ?? HelpWidth;
            help.Action = new HelpWithExitCodes(action);
        }

        return root;
    }

    private static int Invoke(ParseResult result)
    {
        using var output = StandardOutput.OpenText();
        var code = result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output });
        output.Flush();
        return code;
    }

    private static int Refuse(ParseResult result)
    {
        var verb = result.CommandResult.Command is RootCommand ? "" : result.CommandResult.Command.Name + " ";
        return Fail(ExitCode.Usage, string.Join(" ", result.Errors.Select(e => e.Message)), $"\"{Name} {verb}--help\" tells what there is.");
    }

    private static int Fail(int code, string message, string remedy)
    {
        ErrorOutput.Line($"{Name}: {message}");
        ErrorOutput.Line(remedy);
        return code;
    }

    /// <summary>The help as it comes, and behind that of the root what the exit codes mean.</summary>
    private sealed class HelpWithExitCodes(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is RootCommand)
            {
                parseResult.InvocationConfiguration.Output.WriteLine(ExitCode.Help);
            }

            return ExitCode.Well;
        }
    }
}
