using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using NfsTools.Accounting.Formats;
using NfsTools.Cli.Commands;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;
using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Jobs;

namespace NfsTools.Cli;

/// <summary>The command <c>nfstools</c>: its verbs, and what becomes of their errors.</summary>
internal static class Tool
{
    private const string Name = "nfstools";
    private const int HelpWidth = 100;

    // EMFILE.
    private const int TooManyFiles = 24;

    public static int Run(string[] arguments)
    {
        // The exit codes of a command that is run are its own: those of nfstools must not be taken for them.
        var runs = arguments is [RunCommand.Name, ..] || LockCommand.Runs(arguments);
        int Fail(int code, string message, string remedy)
        {
            ErrorOutput.Line($"{Name}: {message}");
            ErrorOutput.Line(remedy);
            return runs ? JobExitCode.CannotGoOn : code;
        }

        if (runs || arguments is [FlowCommand.Name, ..])
        {
            ProcessInheritance.Restore();
        }

        ProcessInheritance.OutliveFileSizeLimit();
        try
        {
            var result = Parse(arguments);
            if (arguments.Length == 0)
            {
                Invoke(Root().Parse(["--help"]));
                return ExitCode.Usage;
            }

            return Refusal(result, arguments) is { } refusal ? Fail(ExitCode.Usage, refusal, $"\"{Name} {Verb(result)}--help\" tells what there is.") : Invoke(result);
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
        catch (FileNotFoundException) when (FilePath.WorkingDirectoryIsGone)
        {
            return Fail(ExitCode.CannotGoOn, "The working directory was deleted.", "Change to a directory that exists.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(ExitCode.CannotGoOn, e.Message, e.HResult == TooManyFiles ? ProcessLimits.MoreFiles : "Check the owner and mode of the file, and that its file system answers.");
        }
        catch (Exception e)
        {
            return Fail(ExitCode.CannotGoOn, $"unexpected: {e.GetType().Name}: {e.Message}", "This is a defect of nfstools: please report it with the command and its input.");
        }
    }

    /// <summary>The command line as it is understood. What runs a command is made without the other verbs, which a short command would wait for.</summary>
    internal static ParseResult Parse(string[] arguments)
    {
        var configuration = new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false };
        switch (arguments)
        {
            case [RunCommand.Name, ..]:
                var run = RunCommand.Create();
                return Helped(new RootCommand { run }).Parse(RunCommand.Separated(run, arguments), configuration);
            case [LockCommand.Name, ..]:
                var (line, words) = LockCommand.Split(arguments);
                return Helped(new RootCommand { LockCommand.Create(words) }).Parse(line, configuration);
            default:
                return Root().Parse(arguments, configuration);
        }
    }

    /// <summary>All verbs.</summary>
    internal static RootCommand Root()
    {
        return Helped(new RootCommand("Makes shared file systems safe to automate on: looks past their clients' caches, and turns batch systems' accounting logs into a database, every record exactly once.")
        {
            FsCommand.Create(), StampCommand.Create(), CheckCommand.Create(), RunCommand.Create(), LockCommand.Create([]), FlowCommand.Create(), WaitCommand.Create(), WatchCommand.Create(),
            CollectCommand.Create(), ServiceCommand.Create(), VerifyCommand.Create(), BackupCommand.Create(), ExportCommand.Create(), RebuildCommand.Create(), QueryCommand.Create(), ReportCommand.Create(), StatusCommand.Create(), ParseCommand.Create(),
        });
    }

    private static RootCommand Helped(RootCommand root)
    {
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExitCodes((HelpAction)help.Action!);
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

    // The verb with those above it, e.g. "service install ".
    private static string Verb(ParseResult result)
    {
        var verb = "";
        for (var at = result.CommandResult; at is { Command: not RootCommand }; at = at.Parent as CommandResult)
        {
            verb = $"{at.Command.Name} {verb}";
        }

        return verb;
    }

    private static string? Refusal(ParseResult result, string[] arguments) => result.Action is HelpWithExitCodes ? null
        : UnknownVerb.Find(result) ?? UnknownOption.Find(result, arguments) ?? (result.Action is ParseErrorAction ? string.Join(" ", result.Errors.Select(e => e.Message)) : null);

    /// <summary>The help as it comes, and behind that of the root what the exit codes mean.</summary>
    private sealed class HelpWithExitCodes(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            // Asked only now: to ask for the width .NET sets the terminal up, which a command that is run must not find changed.
            help.MaxWidth = Terminal.Width ?? HelpWidth;
            help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is RootCommand)
            {
                parseResult.InvocationConfiguration.Output.WriteLine(ExitCode.Help);
            }

            return ExitCode.Well;
        }
    }
}
