using System.CommandLine;
using NfsTools.Accounting.Model;

namespace NfsTools.Cli.Options;

/// <summary>Options that name columns of a job.</summary>
internal static class ColumnOptions
{
    /// <summary>The columns that are shown.</summary>
    public static Option<IReadOnlyList<JobColumn>> Shown() =>
        ListOption.Of<JobColumn>("--columns", $"Show these, in this order; JSON and CSV have the cluster before them. There are {Names}.", "NAMES", (text, error) => Find("--columns", text, error));

    /// <summary>What jobs are put in order by.</summary>
    public static Option<JobColumn?> Sort() => new("--sort")
    {
        Description = $"{JobFilter.SortHelp} Default: endTime.",
        HelpName = "COLUMN",
        CustomParser = result => Find("--sort", result.Tokens[0].Value, result.AddError),
    };

    private static string Names => string.Join(", ", JobColumns.All.Select(c => c.Name));

    private static JobColumn? Find(string option, string text, Action<string> error)
    {
        var column = JobColumns.Find(text);
        if (column is null)
        {
            error($"{option}: a job has no column \"{text}\", only {Names}.");
        }

        return column;
    }
}
