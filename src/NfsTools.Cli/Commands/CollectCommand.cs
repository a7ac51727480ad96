using System.CommandLine;
using System.CommandLine.Parsing;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;
using NfsTools.Cli.Collecting;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;
using NfsTools.Cli.Services;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools collect</c>: accounting logs into a store, every record exactly once.</summary>
internal sealed class CollectCommand
{
    private static readonly CollectorOptions Defaults = new() { Sources = [] };

    private readonly Argument<string[]> paths = CommonOptions.NotEmpty(new Argument<string[]>("PATH")
    {
        Description = "The live accounting files; their archives beside them (lsb.acct.0, lsb.acct.1 ...) are found by themselves, others by --archives.",
        Arity = ArgumentArity.ZeroOrMore,
    });

    private readonly Option<string> command = OneOf(
        "--command", $"Instead of PATH: a command to ask, again and again, for jobs that ended, by its name: {string.Join(", ", SourceCommand.Kinds)}. Any other one is a source of --config: command: [PROGRAM, ARGUMENT ...].", "NAME", SourceCommand.Kinds);

    private readonly Option<StoreTime?> since = TimeOption.Of("--since", $"{SourceCommand.SinceHelp} In UTC where it has no offset.");

    private readonly Option<string> config = CommonOptions.NotEmpty(new Option<string>("--config")
    {
        Description = "A YAML file with store, passwordFile, allowNetworkStore, timezone, role, leaseSeconds, sources (path, cluster, format, timezone, archives, layout; or command, cluster, format, timezone, since, pollSeconds, lagSeconds, timeoutSeconds), once, pollSeconds, nulPatienceSeconds, metrics, log and logLevel; instead of PATH. Options given beside it count more.",
        HelpName = "FILE",
    });

    private readonly Option<string> store = CommonOptions.NotEmpty(new Option<string>("--store")
    {
        Description = "The SQLite file to collect into, created, readable by its owner alone, if it is not there; or a PostgreSQL database that several nodes share, "
            + "e.g. \"Host=db;Database=accounting\". Needed unless --config names it.",
        HelpName = "STORE",
    });

    private readonly Option<string> passwordFile = CommonOptions.PasswordFile();

    private readonly Option<bool> allowNetworkStore = new("--allow-network-store")
    {
        Description = "Use an SQLite file on a network file system, which is refused otherwise: slower, without WAL, and only a lock keeps hosts apart.",
    };

    private readonly Option<string> timeZone = CommonOptions.TimeZone($"{CollectorConfiguration.TimeZoneHelp} A store that is there has its own, which \"nfstools rebuild\" changes: another one is refused.");

    private readonly Option<string> role = OneOf(
        "--role", "single: one collector writes the SQLite file. replica: each node collects everything into a file of its own. failover: nodes share a database, one of them is active. Default: what the store is made for.",
        "ROLE", [.. CollectorConfiguration.Roles.Keys]);

    private readonly Option<Duration> lease = DurationOption.Of(
        "--lease",
        $"With a database: take over from an active collector that gave no sign of life, or could not read its logs, for so many seconds, {CollectorConfiguration.LeastLeaseSeconds} to {CollectorConfiguration.MostLeaseSeconds}. Default: {Defaults.Lease.TotalSeconds}.",
        CollectorConfiguration.LeastLeaseSeconds, CollectorConfiguration.MostLeaseSeconds);

    private readonly Option<string> cluster = CommonOptions.Cluster();
    private readonly Option<string> format = CommonOptions.Format();
    private readonly Option<string> logTimeZone = CommonOptions.LogTimeZone();
    private readonly Option<string> layout = OneOf("--layout", CollectorSource.LayoutHelp, "LAYOUT", CollectorSource.Layouts);
    private readonly Option<IReadOnlyList<string>> archives = ListOption.Of("--archives", CollectorSource.ArchivesHelp, "GLOBS");

    private readonly Option<bool> once = new("--once") { Description = "Read what is there and end, instead of following the logs until SIGINT or SIGTERM." };

    private readonly Option<Duration> poll = DurationOption.Of(
        "--poll", $"Look at the logs every so many seconds when inotify tells of nothing, or ask the command, {CollectorConfiguration.LeastPollSeconds} to {CollectorConfiguration.MostPollSeconds}. Default: {Defaults.PollInterval.TotalSeconds}, for a command {SourceCommand.Of(SourceCommand.Kinds[0]).PollInterval.TotalSeconds}.",
        CollectorConfiguration.LeastPollSeconds, CollectorConfiguration.MostPollSeconds);

    private readonly Option<Duration> nulPatience = DurationOption.Of(
        "--nul-patience",
        $"NUL bytes inside a log may wait so many seconds to be filled in by their writer's host; then they are kept as a reject. 0 to {CollectorConfiguration.MostNulPatienceSeconds}. Default: {Defaults.NulPatience.TotalSeconds}.",
        0, CollectorConfiguration.MostNulPatienceSeconds);

    private readonly Option<string> metrics = CommonOptions.NotEmpty(new Option<string>("--metrics")
    {
        Description = "Keep metrics in this file, for the textfile collector of Prometheus' node_exporter, which reads files that end in .prom.",
        HelpName = "FILE",
    });

    private readonly Option<bool> json = CommonOptions.Json("With --once one JSON object at the end: bytes, records, duplicates, rejects, elapsedSeconds; otherwise one object a line for each event.");

    private readonly Option<string> log = OneOf(
        "--log", "Log a line for each event, on a terminal too: \"text\" with a time and key=value pairs, \"json\" an object with time (RFC 3339), level, event and the fields.", "FORMAT", CollectorConfiguration.LogFormats);

    private readonly Option<string> logLevel = OneOf("--log-level", "Log only what is at least an \"info\", a \"warning\" or an \"error\". Default: info.", "LEVEL", CollectorConfiguration.LogLevels);
    private readonly Option<bool> quiet = new("--quiet") { Description = "Tell nothing but errors; with --json the object at the end is still written." };

    public static Command Create()
    {
        var verb = new CollectCommand();
        var command = new Command(
            "collect",
            "Collect accounting logs, or what a scheduler's command answers, into a store, every record exactly once, through rotations and restarts. On a terminal it shows its progress, elsewhere it logs a line for each event. "
            + "SIGINT and SIGTERM end it cleanly once the batch in hand is committed; with --config, SIGHUP has it read the file again and go on.")
        {
            verb.paths, verb.command, verb.since, verb.config, verb.store, verb.passwordFile, verb.allowNetworkStore, verb.timeZone, verb.role, verb.lease, verb.cluster, verb.format, verb.logTimeZone, verb.layout, verb.archives, verb.once, verb.poll, verb.nulPatience, verb.metrics, verb.log, verb.logLevel, verb.json, verb.quiet,
        };
        command.Validators.Add(verb.CheckTogether);
        foreach (var other in new Option[] { verb.json, verb.quiet })
        {
            CommonOptions.NotTogether(command, verb.log, other);
        }

        CommonOptions.OnlyWith(command, verb.since, verb.command);
        CommonOptions.NotTogether(command, verb.command, verb.config);
        command.SetAction(verb.Run);
        return command;
    }

    private static Option<string> OneOf(string name, string description, string helpName, IReadOnlyList<string> words)
    {
        var option = new Option<string>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result =>
        {
            foreach (var unknown in result.Tokens.Where(t => !words.Contains(t.Value)))
            {
                result.AddError($"{name}: \"{unknown.Value}\" is none of {string.Join(", ", words)}.");
            }
        });
        return option;
    }

    private void CheckTogether(CommandResult result)
    {
        var (named, asks) = (result.GetResult(paths) is { Tokens.Count: > 0 }, result.GetResult(command) is { Implicit: false });
        if (asks)
        {
            if (named)
            {
                result.AddError("PATH and --command exclude each other: several sources are for a configuration file.");
            }

            foreach (var option in new Option[] { format, logTimeZone, layout, archives, nulPatience }.Where(o => result.GetResult(o) is { Implicit: false }))
            {
                result.AddError($"{option.Name} does nothing with --command.");
            }
        }

        if (result.GetResult(config) is null)
        {
            if (!named && !asks)
            {
                result.AddError("Name the accounting files to collect, a command with --command, or a configuration file with --config.");
            }
            else if (result.GetResult(store) is null)
            {
                result.AddError("--store is missing: name the file or database to collect into.");
            }

            return;
        }

        if (named)
        {
            result.AddError("PATH and --config exclude each other: add the log to the sources of the configuration file.");
        }

        foreach (var option in new Option[] { cluster, format, logTimeZone, layout, archives }.Where(o => result.GetResult(o) is { Implicit: false }))
        {
            result.AddError($"{option.Name} goes with PATH; with --config each source has its own.");
        }
    }

    private int Run(ParseResult line)
    {
        var configuration = Configured(line);
        using var stop = new StopSignals();
        using var manager = ServiceManager.OfEnvironment();
        using var reporter = Reporter(line, configuration, stop);

        // Without a file that could be read again, SIGHUP ends the collector as it does other commands.
        Func<CollectorConfiguration>? reload = line.GetValue(config) is null || configuration.Options.Once ? null : () => Configured(line);
        using var runs = new CollectRuns(configuration, reload, reporter, manager, stop.Token);
        reporter.End(reporter.Watch(runs.Run));
        return ExitCode.Well;
    }

    private CollectReporter Reporter(ParseResult line, CollectorConfiguration configuration, StopSignals stop)
    {
        var endless = !configuration.Options.Once;
        var output = new LineOutput(line.InvocationConfiguration.Output, !endless, stop.Stop);
        return (line.GetValue(json), line.GetValue(quiet)) switch
        {
            (true, false) when endless => new LogReporter(output, LogFormats.Plain),
            (true, _) => new SummaryReporter(output, endless ? LogFormats.Plain : LogFormats.Bare),
            (false, true) => new QuietReporter(),
            _ when configuration.Log is null && Terminal.IsThere => new TerminalReporter(!endless),
            _ => new LogReporter(output),
        };
    }

    // What the file says, and above it what the command line says.
    private CollectorConfiguration Configured(ParseResult line)
    {
        CollectorConfiguration configuration;
        if (line.GetValue(config) is { } yaml)
        {
            configuration = UsageException.Check(() => CollectorConfiguration.Load(yaml));
        }
        else
        {
            var sources = line.GetValue(command) is { } asked ? [Asked(line, asked)] : line.GetRequiredValue(paths).Select(p => UsageException.Check(() => new CollectorSource(p, line.GetValue(cluster), line.GetValue(format), line.GetValue(logTimeZone)) { Layout = line.GetValue(layout), Archives = line.GetValue(archives) ?? [] }));
            configuration = new CollectorConfiguration(Address(line.GetRequiredValue(store)), new CollectorOptions { Sources = [.. sources.DistinctBy(s => s.Path)] });
        }

        if (line.GetValue(store) is { } named)
        {
            configuration = configuration.In(Address(named));
        }

        var options = configuration.Options;
        configuration = configuration with
        {
            Store = configuration.Store.With(line.GetValue(passwordFile), line.GetValue(allowNetworkStore) || configuration.Store.AllowNetwork),
            Options = options with
            {
                Role = line.GetValue(role) is { } word ? CollectorConfiguration.Roles[word] : options.Role,
                Lease = line.GetValue(lease)?.Time ?? options.Lease,
                Once = options.Once || line.GetValue(once),
                PollInterval = line.GetValue(poll)?.Time ?? options.PollInterval,
                NulPatience = line.GetValue(nulPatience)?.Time ?? options.NulPatience,
            },
            Metrics = line.GetValue(metrics) is { } file ? FilePath.Full(file) : configuration.Metrics,
            Log = line.GetValue(log) ?? configuration.Log,
            LogLevel = line.GetValue(logLevel) ?? configuration.LogLevel,
            HasLease = line.GetValue(lease) is not null || configuration.HasLease,
        };
        configuration = configuration with { Store = UsageException.Check(() => configuration.Store.In(line.GetValue(timeZone))) };
        return configuration.Misfit is { } misfit
            ? throw new UsageException($"{StoreMisfit.Describe(Given(line, misfit.Setting), configuration.Store)}.", misfit.Remedy)
            : configuration;
    }

    private CollectorSource Asked(ParseResult line, string name)
    {
        var asked = SourceCommand.Of(name);
        asked = asked with { Since = line.GetValue(since)?.In(DayCalendar.Utc) ?? asked.Since, PollInterval = line.GetValue(poll)?.Time ?? asked.PollInterval };
        return UsageException.Check(() => new CollectorSource(asked, line.GetValue(cluster)));
    }

    // A setting as it was given, on the command line or in the file.
    private string Given(ParseResult line, string setting)
    {
        Option option = setting switch
        {
            StoreMisfit.Role => role,
            StoreMisfit.Lease => lease,
            StoreMisfit.PasswordFile => passwordFile,
            _ => allowNetworkStore,
        };
        return line.GetResult(option) is { Implicit: false } ? option.Name : $"{setting} in {line.GetValue(config)}";
    }

    private static StoreAddress Address(string text) => UsageException.Check(() => StoreAddress.Parse(text));
}
