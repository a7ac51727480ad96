using System.CommandLine;
using System.CommandLine.Parsing;
using NfsTools.Accounting.Formats;
using NfsTools.Cli.Collecting;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;
using NfsTools.FileSystems;
using NfsTools.Stamps;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools fs</c>: which file systems there are, how old their answers may be, and what was measured of them.</summary>
internal sealed class FsCommand
{

    private readonly Argument<string[]> paths = CommonOptions.NotEmpty(new Argument<string[]>("PATH")
    {
        Description = "Files or directories, there or not; default: every shared file system in the mount table.",
        Arity = ArgumentArity.ZeroOrMore,
    });

    private readonly Option<bool> all = new("--all") { Description = "Every file system in the mount table, local ones too; instead of PATH." };

    private readonly Option<bool> measure = new("--measure")
    {
        Description = "Measure too: the file server's clock against this host's with the error bound, the tick of its time stamps, the round trip of a look past the cache, and whether locks reach other hosts. "
            + "PATHs are directories that may be written to: a probe file is made in each and removed.",
    };

    private readonly Option<Duration> timeout = DurationOption.Of(
        "--timeout",
        $"How long a file system may take to answer; one that takes longer is shown as not answering. Default: {FileSystemLocator.UsualTimeout.TotalSeconds}, to measure {FileSystemMeasurement.UsualTimeout.TotalSeconds}.",
        0.1);

    private readonly Option<bool> json = CommonOptions.Json("A JSON array with one object a file system: times in seconds, null where not known; cache holds the mount options in force, measurement what --measure found.");

    public static Command Create()
    {
        var verb = new FsCommand();
        var command = new Command(
            "fs",
            "Tell which file system each path is on: type, server, how many seconds old an attribute (ATTR_S), a listing (LIST_S) and a \"does not exist\" (MISS_S) may be on this host, whether inotify sees every "
            + "change, how changes will be found, and why. A file system that hangs holds it up no longer than --timeout. Ends with 1 where one does not answer.")
        {
            verb.paths, verb.all, verb.measure, verb.timeout, verb.json,
        };
        command.Validators.Add(verb.CheckTogether);
        command.SetAction(verb.Run);
        return command;
    }

    private void CheckTogether(CommandResult result)
    {
        var named = result.GetResult(paths) is { Tokens.Count: > 0 };
        if (named && result.GetResult(all) is { Implicit: false })
        {
            result.AddError("PATH and --all exclude each other.");
        }
        else if (!named && result.GetResult(measure) is { Implicit: false })
        {
            result.AddError("--measure makes a probe file: name the directories to measure in.");
        }
    }

    private int Run(ParseResult line)
    {
        var patience = line.GetValue(timeout)?.Time;
        var named = line.GetValue(paths) ?? [];
        var places = FileSystemLocator.WithLimits(named.Length > 0 ? FileSystemLocator.Locate(named, patience) : FileSystemLocator.Mounts(line.GetValue(all), patience));
        var (measured, failed) = line.GetValue(measure) ? Measure(places, patience) : ([], false);
        if (line.GetValue(json))
        {
            using var array = new JsonOutput(line.InvocationConfiguration.Output);
            array.Array(places, (w, place) => FileSystemFields.Write(w, place, measured.GetValueOrDefault(place)));
        }
        else
        {
            Write(line.InvocationConfiguration.Output, places, measured);
        }

        return failed ? ExitCode.CannotGoOn : places.All(p => p.Responds) ? ExitCode.Well : ExitCode.DoesNotHold;
    }

    private static (Dictionary<SharedFileSystem, FileSystemMeasurement> Measured, bool Failed) Measure(IReadOnlyList<SharedFileSystem> places, TimeSpan? patience)
    {
        // A signal ends it between two questions, so that the probe file is removed.
        using var stop = new StopSignals();
        var measured = new Dictionary<SharedFileSystem, FileSystemMeasurement>(ReferenceEqualityComparer.Instance);
        var failed = false;
        foreach (var place in places)
        {
            try
            {
                measured[place] = FileSystemMeasurement.Measure(place.Path, patience, cancellation: stop.Token);
            }
            catch (NfsToolsException e)
            {
                failed = true;
                ErrorOutput.Line($"nfstools: {e.Message}");
                ErrorOutput.Line(e.Remedy);
            }
            catch (OperationCanceledException)
            {
                throw new NfsToolsException($"{place.Path}: the measurement was stopped by a signal.", "The probe file is removed; run the command again.");
            }
        }

        return (measured, failed);
    }

    private static void Write(TextWriter output, IReadOnlyList<SharedFileSystem> places, Dictionary<SharedFileSystem, FileSystemMeasurement> measured)
    {
        FileSystemTable.Write(output, places);
        if (measured.Count > 0)
        {
            output.WriteLine();
            FileSystemTable.Write(output, [.. places.Where(measured.ContainsKey).Select(p => measured[p])]);
        }
    }
}
