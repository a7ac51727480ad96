namespace NfsTools.Cli.Services;

/// <summary>Text as a word of a unit file: nothing in it becomes an option, a specifier, a variable or a line of its own (systemd.syntax(7)).</summary>
internal static class UnitWord
{
    /// <summary>A path or another word of a list.</summary>
    /// <exception cref="UsageException">A unit file cannot hold it.</exception>
    public static string Of(string text) => !SafeText.IsSafe(text) || text.Contains('\uFFFD')
        ? throw new UsageException($"\"{text}\": a unit file cannot hold characters that nobody can see, nor what is not UTF-8.", "Give the file or directory another name, or name it by a symbolic link.")
        : '"' + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("%", "%%", StringComparison.Ordinal) + '"';

    /// <summary>An argument of a command, in which a dollar sign would begin a variable as well.</summary>
    /// <exception cref="UsageException">A unit file cannot hold it.</exception>
    public static string Argument(string text) => Of(text).Replace("$", "$$", StringComparison.Ordinal);
}
