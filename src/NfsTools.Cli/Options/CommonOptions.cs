using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store;

namespace NfsTools.Cli.Options;

/// <summary>Options that several verbs have, made anew for each.</summary>
internal static class CommonOptions
{
    public static Option<string> PasswordFile() => NotEmpty(new Option<string>("--password-file")
    {
        Description = StoreAddress.PasswordFileHelp,
        HelpName = "FILE",
    });

    public static Option<string> Cluster() => NotEmpty(new Option<string>("--cluster")
    {
        Description = CollectorSource.ClusterHelp,
        HelpName = "NAME",
    });

    public static Option<string> Format()
    {
        var option = new Option<string>("--format")
        {
            Description = $"The log's format: {string.Join(", ", RecordFormats.Names)}. {CollectorSource.FormatHelp}",
            HelpName = "FORMAT",
        };
        option.Validators.Add(result =>
        {
            foreach (var unknown in result.Tokens.Where(t => !RecordFormats.Names.Contains(t.Value, StringComparer.OrdinalIgnoreCase)))
            {
                result.AddError($"--format: there is no accounting format \"{unknown.Value}\"; there are: {string.Join(", ", RecordFormats.Names)}.");
            }
        });
        return option;
    }

    public static Option<string> LogTimeZone() => TimeZone(CollectorSource.TimeZoneHelp, "--log-timezone");

    public static Option<string> TimeZone(string description, string name = "--timezone")
    {
        var option = NotEmpty(new Option<string>(name) { Description = description, HelpName = "ZONE" });
        option.CompletionSources.Add(_ => DayCalendar.Zones.Select(z => new CompletionItem(z)));
        return option;
    }

    public static Option<bool> Json(string description) => new("--json") { Description = description };

    public static Option<bool> Csv() => new("--csv") { Description = "CSV with a header line, quoted by RFC 4180; the columns of --json, values unaltered, but cleaned on a terminal." };

    public static Option<T> NotEmpty<T>(Option<T> option)
    {
        option.Validators.Add(result => RefuseEmpty(result, option.Name));
        return option;
    }

    public static Argument<T> NotEmpty<T>(Argument<T> argument)
    {
        argument.Validators.Add(result => RefuseEmpty(result, argument.Name));
        return argument;
    }

    /// <summary>Makes two options of a command exclude each other.</summary>
    public static void NotTogether(Command command, Option first, Option second) => command.Validators.Add(result =>
    {
        if (result.GetResult(first) is { Implicit: false } && result.GetResult(second) is { Implicit: false })
        {
            result.AddError($"{first.Name} and {second.Name} exclude each other.");
        }
    });

    /// <summary>Makes an option of a command need another one.</summary>
    public static void OnlyWith(Command command, Option option, Option needed) => command.Validators.Add(result =>
    {
        if (result.GetResult(option) is { Implicit: false } && result.GetResult(needed) is not { Implicit: false })
        {
            result.AddError($"{option.Name} needs {needed.Name}.");
        }
    });

    private static void RefuseEmpty(SymbolResult result, string name)
    {
        if (result.Tokens.Any(t => t.Value.Length == 0))
        {
            result.AddError($"{name} must not be empty.");
        }
    }
}
