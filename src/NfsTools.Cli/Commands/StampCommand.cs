using System.CommandLine;
using System.CommandLine.Parsing;
using NfsTools.Accounting.Formats;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;
using NfsTools.Stamps;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools stamp</c>: what files are now, past the client's caches.</summary>
internal sealed class StampCommand
{
    private readonly Argument<string[]> paths = CommonOptions.NotEmpty(new Argument<string[]>("PATH")
    {
        Description = "Files or directories, there or not; a symbolic link stands for its target.",
        Arity = ArgumentArity.ZeroOrMore,
    });

    private readonly Option<string> export = CommonOptions.NotEmpty(new Option<string>("--export")
    {
        Description = "Write the stamps to a manifest too, a JSON file that another host or a later run can compare with; it appears whole or not at all.",
        HelpName = "FILE",
    });

    private readonly Option<string> import = CommonOptions.NotEmpty(new Option<string>("--import")
    {
        Description = "Show the stamps of a manifest; nothing is looked at or compared. Instead of PATH.",
        HelpName = "FILE",
    });

    private readonly Option<Duration> timeout = DurationOption.Of("--timeout", "How long a file system may take to answer. Default: as long as it takes.", 0.1);
    private readonly Option<bool> json = CommonOptions.Json("A JSON array with one object a path: path, exists, size, modifyTime, changeTime, inode, method, trusted, doubt, takenAt.");

    public static Command Create()
    {
        var verb = new StampCommand();
        var command = new Command(
            "stamp",
            "Take fresh stamps: what files are now on the file server, whatever this host's caches say; times in UTC by the server's clock, in nanoseconds. A file that is not there has a stamp too. "
            + "METHOD says how it was asked for, TRUSTED whether it can be believed. Ends with 3 where a stamp could not be taken.")
        {
            verb.paths, verb.export, verb.import, verb.timeout, verb.json,
        };
        command.Validators.Add(verb.CheckTogether);
        command.SetAction(verb.Run);
        return command;
    }

    private void CheckTogether(CommandResult result)
    {
        var named = result.GetResult(paths) is { Tokens.Count: > 0 };
        if (result.GetResult(import) is null)
        {
            if (!named)
            {
                result.AddError("Name the files to stamp, or a manifest with --import.");
            }
        }
        else if (named || result.GetResult(export) is not null)
        {
            result.AddError("--import shows a manifest: it goes with neither PATH nor --export.");
        }
    }

    private int Run(ParseResult line)
    {
        var manifest = line.GetValue(import);
        var (stamps, complete) = manifest is not null ? (StampManifest.Read(manifest), true) : Take(line.GetValue(paths)!, line.GetValue(timeout)?.Time ?? Timeout.InfiniteTimeSpan, line.GetValue(export) is not null);
        if (line.GetValue(export) is { } file)
        {
            if (!complete)
            {
                throw StampManifest.Lacking(file);
            }

            StampManifest.Write(file, stamps);
        }

        if (line.GetValue(json))
        {
            using var array = new JsonOutput(line.InvocationConfiguration.Output);
            array.Array(stamps, StampFields.All);
        }
        else
        {
            StampTable.Write(line.InvocationConfiguration.Output, stamps);
        }

        return complete ? ExitCode.Well : ExitCode.CannotGoOn;
    }

    private static (IReadOnlyList<FileStamp> Stamps, bool Complete) Take(string[] paths, TimeSpan patience, bool trees)
    {
        var fresh = new FreshStamps { Trees = trees };
        try
        {
            return (fresh.Take(paths, patience), true);
        }
        catch (IOException) when (paths.Length > 1)
        {
            // One of them: the others have stamps all the same.
            var stamps = paths.Select(path => TryTake(fresh, path, patience)).OfType<FileStamp>().ToList();
            return (stamps, stamps.Count == paths.Length);
        }
    }

    private static FileStamp? TryTake(FreshStamps fresh, string path, TimeSpan patience)
    {
        try
        {
            return fresh.Take([path], patience)[0];
        }
        catch (IOException e)
        {
            ErrorOutput.Line($"nfstools: {e.Message}");
            return null;
        }
    }
}
