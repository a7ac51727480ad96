using System.CommandLine;
using System.CommandLine.Parsing;
using NfsTools.Accounting.Formats;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;
using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Jobs;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools check</c>: whether files are what is expected of them, past the client's caches.</summary>
internal sealed class CheckCommand
{
    private readonly Argument<string[]> paths = CommonOptions.NotEmpty(new Argument<string[]>("PATH")
    {
        Description = "The files; a symbolic link stands for its target. Without a PATH: all files of the manifests.",
        Arity = ArgumentArity.ZeroOrMore,
    });

    private readonly Option<string[]> expect = CommonOptions.NotEmpty(new Option<string[]>("--expect")
    {
        Description = "The stamps they are to have: a manifest that \"nfstools stamp --export\" or \"nfstools run --record\" wrote, here or on another host; may be given several times. "
            + "Or the time they are to have been written at: 2026-11-21T20:57:27 (UTC where no offset such as +01:00 is given) or seconds since 1970. Without it and the next two, they are to be there.",
        HelpName = "MANIFEST|TIME",
    });

    private readonly Option<string> newerThan = CommonOptions.NotEmpty(new Option<string>("--newer-than")
    {
        Description = "They are to have been written later than another file, as that is now, or than a time, on the file server's clock.",
        HelpName = "FILE|TIME",
    });

    private readonly Option<string> olderThan = CommonOptions.NotEmpty(new Option<string>("--older-than")
    {
        Description = "They are to have been written earlier than that.",
        HelpName = "FILE|TIME",
    });

    private readonly Option<Duration> tolerance = DurationOption.Of(
        "--tolerance", "How far times may be off; of a manifest's stamps only sizes and mtimes count then, as copies need it. Default: 0.");

    private readonly Option<int?> retries = JobOptions.Retries();
    private readonly Option<Duration> delay = JobOptions.Delay();

    private readonly Option<bool> noRevalidate = new("--no-revalidate") { Description = StampCheck.NoRevalidateHelp };
    private readonly Option<bool> detailed = new("--detailed") { Description = "A table of all files, with the evidence; otherwise only those that are not as expected are told." };
    private readonly Option<bool> json = CommonOptions.Json("A JSON array with one object a file: path, holds, verdict, reason, expected, attempts, waitedSeconds, and found: the stamp as \"stamp --json\" has it.");

    public static Command Create()
    {
        var verb = new CheckCommand();
        var command = new Command(
            "check",
            "Check that files are what is expected of them, past this host's caches: that they have the stamps of a manifest, are newer or older than something, or are there. "
            + "Where they are not yet, it tries again, and ends the moment they are. Ends with 0 when all are as expected and with 1 otherwise.")
        {
            verb.paths, verb.expect, verb.newerThan, verb.olderThan, verb.tolerance, verb.retries, verb.delay, verb.noRevalidate, verb.detailed, verb.json,
        };
        CommonOptions.NotTogether(command, verb.detailed, verb.json);
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult line)
    {
        var checks = new StampCheck
        {
            Files = Expectations(line),
            Retries = line.GetValue(retries) ?? StampCheck.UsualRetries,
            RetryDelay = line.GetValue(delay)?.Time ?? StampCheck.UsualRetryDelay,
            Revalidate = !line.GetValue(noRevalidate),
        }.Run(CancellationToken.None);
        var output = line.InvocationConfiguration.Output;
        if (line.GetValue(json))
        {
            using var array = new JsonOutput(output);
            array.Array(checks, CheckFields.Write);
        }
        else if (line.GetValue(detailed))
        {
            CheckTable.Write(output, checks);
        }
        else
        {
            foreach (var check in checks.Where(c => !c.Holds))
            {
                output.WriteLine(SafeText.Clean($"{check.Path}: {check.Reason}"));
            }
        }

        return checks.All(c => c.Holds) ? ExitCode.Well : ExitCode.DoesNotHold;
    }

    private List<FileExpectation> Expectations(ParseResult line)
    {
        var named = line.GetValue(paths) ?? [];
        var (times, manifests) = (line.GetValue(expect) ?? []).ToLookup(e => TimeOption.Parse(e) is not null) is var kinds ? (kinds[true].ToList(), kinds[false].ToList()) : default;
        if (times.Count + (manifests.Count > 0 ? 1 : 0) > 1)
        {
            throw new UsageException("--expect: a time goes with neither a manifest nor another time.", "Name one time, or manifests alone. A manifest of such a name is written ./2026-11-21.");
        }

        var expected = ExpectedStamps.Read(manifests);
        if (named.Length == 0)
        {
            named = [.. expected.All.Select(s => s.Path)];
            if (named.Length == 0)
            {
                throw new UsageException("There is no file to check.", "Name files, or a manifest with files in it with --expect.");
            }
        }

        FileExpectation any = new()
        {
            Path = "",
            ModifyTime = times.Count > 0 ? TimeOption.Parse(times[0]) : null,
            NewerThan = line.GetValue(newerThan) is { } newer ? TimeOption.OfFileOrTime(newerThan.Name, newer) : null,
            OlderThan = line.GetValue(olderThan) is { } older ? TimeOption.OfFileOrTime(olderThan.Name, older) : null,
            Tolerance = line.GetValue(tolerance)?.Time ?? TimeSpan.Zero,
        };
        return [.. named.Select(path => FilePath.Full(path)).Select(path => any with
        {
            Path = path,
            Stamp = manifests.Count == 0 ? null : expected.Of(path)
                ?? throw new UsageException($"{path}: the manifest has no stamp of it.", "Check the name, or leave the file out."),
        })];
    }
}
