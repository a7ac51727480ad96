using System.CommandLine;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Formats;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;
using NfsTools.Cli.Services;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools service</c>: the collector as a service of systemd.</summary>
internal sealed class ServiceCommand
{
    private const string SystemUnits = "/etc/systemd/system";
    private const string UsualName = "nfstools-collector";
    private const int LongestName = 200;
    private const int LongestUser = 31;

    private readonly Option<string> config = CommonOptions.NotEmpty(new Option<string>("--config")
    {
        Description = "The collector's YAML file, as for \"nfstools collect --config\"; it is checked first.",
        HelpName = "FILE",
        Required = true,
    });

    private readonly Option<string> name = Checked(
        "--name", $"The units' name. Default: {UsualName}.", "NAME",
        text => text.Length is > 0 and <= LongestName && text[0] != '.' && text.All(c => char.IsAsciiLetterOrDigit(c) || "-_.:".Contains(c, StringComparison.Ordinal)),
        "is no name of a unit: use letters, digits, and - _ . :, and leave out \".service\"");

    private readonly Option<string> user = Checked(
        "--user", "Who the collector runs as: who may read the logs and owns the store's directory. Default: root.", "USER",
        text => text.Length is > 0 and <= LongestUser && text[0] != '-' && text.All(c => char.IsAsciiLetterOrDigit(c) || "-_.".Contains(c, StringComparison.Ordinal)),
        "is no name of a user");

    private readonly Option<bool> timer = new("--timer") { Description = "Collect with --once every so often, instead of following the logs all the time." };
    private readonly Option<Duration> every = DurationOption.Of(
        "--every", $"With --timer: how long after a run the next one begins, from 10s to 1d. Default: {CollectorUnits.UsualEvery.TotalMinutes}m.", 10, 86_400);

    private readonly Option<string> directory = CommonOptions.NotEmpty(new Option<string>("--unit-directory")
    {
        Description = $"Where the units are written. Default: {SystemUnits}.",
        HelpName = "DIR",
    });

    private readonly Option<bool> print = new("--print") { Description = "Print the units and write nothing." };
    private readonly Option<bool> force = new("--force") { Description = "Replace units that were not written by nfstools too." };

    public static Command Create()
    {
        var verb = new ServiceCommand();
        var install = new Command(
            "install",
            "Write the systemd units of a collector, which may write to the directories of its configuration alone, and tell which commands start it; none of them is run.")
        {
            verb.config, verb.name, verb.user, verb.timer, verb.every, verb.directory, verb.print, verb.force,
        };
        CommonOptions.OnlyWith(install, verb.every, verb.timer);
        install.SetAction(verb.Install);
        return new Command("service", "The collector as a service of systemd.") { install };
    }

    private static Option<string> Checked(string name, string description, string helpName, Func<string, bool> isGood, string refusal)
    {
        var option = new Option<string>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result =>
        {
            foreach (var bad in result.Tokens.Where(t => !isGood(t.Value)))
            {
                result.AddError($"{name}: \"{bad.Value}\" {refusal}.");
            }
        });
        return option;
    }

    private int Install(ParseResult line)
    {
        var configPath = FilePath.Full(line.GetRequiredValue(config));
        var units = new CollectorUnits
        {
            Name = line.GetValue(name) ?? UsualName,
            Program = Program(),
            DotnetRoot = IsHosted ? null : Environment.GetEnvironmentVariable("DOTNET_ROOT"),
            ConfigPath = configPath,
            Configuration = UsageException.Check(() => CollectorConfiguration.Load(configPath)),
            User = line.GetValue(user),
            Every = line.GetValue(timer) ? line.GetValue(every)?.Time ?? CollectorUnits.UsualEvery : null,
        };
        if (units.Configuration.Options.Once && units.Every is null)
        {
            throw new UsageException($"{configPath}: \"once: true\" ends the service as soon as all is read.", "Take it out of the file, or have the collector run by a timer with --timer.");
        }

        var files = units.Files();
        var output = line.InvocationConfiguration.Output;
        if (line.GetValue(print))
        {
            output.Write(string.Join('\n', files.Select(f => f.Text)));
            return ExitCode.Well;
        }

        var target = FilePath.Full(line.GetValue(directory) ?? SystemUnits);
        UnitWord.Of(target);
        UnitFiles.Write(target, files, line.GetValue(force));
        foreach (var (fileName, _) in files)
        {
            output.WriteLine(SafeText.Clean($"wrote {Path.Join(target, fileName)}"));
        }

        output.WriteLine("Next:");
        foreach (var command in Next(units, target))
        {
            output.WriteLine($"  {command}");
        }

        return ExitCode.Well;
    }

    // What is left to be done, as commands for a shell.
    private static IEnumerable<string> Next(CollectorUnits units, string target)
    {
        var timerUnit = $"{units.Name}.timer";
        foreach (var missing in units.Written.Where(d => !Directory.Exists(d)))
        {
            yield return $"install -d -m 0755 {(units.User is null ? "" : $"-o {units.User} ")}{SafeText.ShellWord(missing)}";
        }

        if (units.Every is null && File.Exists(Path.Join(target, timerUnit)))
        {
            yield return $"systemctl disable --now {timerUnit}";
            yield return $"rm {SafeText.ShellWord(Path.Join(target, timerUnit))}";
        }

        yield return "systemctl daemon-reload";
        yield return $"systemctl enable --now {(units.Every is null ? units.Name + ".service" : timerUnit)}";
    }

    // Whether this was started as "dotnet nfstools.dll".
    private static bool IsHosted => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";

    private static string[] Program() => IsHosted
        ? [Environment.ProcessPath!, FilePath.Full(Environment.GetCommandLineArgs()[0])]
        : [Environment.ProcessPath!];
}
