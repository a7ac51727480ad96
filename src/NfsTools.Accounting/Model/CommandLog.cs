namespace NfsTools.Accounting.Model;

/// <summary>
/// The log that a command's answers make: its generations are what it wrote, an answer behind the other, each for jobs that ended within
/// a time. Of a job that several answers tell of, the last one counts.
/// </summary>
internal static class CommandLog
{
    private const string Prefix = "command:";
    private const string Fingerprint = "answers";

    /// <summary>In place of a file's name.</summary>
    /// <param name="name">What the command is called.</param>
    public static string PathOf(string name) => Prefix + name;

    /// <summary>What a generation is told by, in place of what a file begins with: whose answers, and what says how they are read.</summary>
    public static string FingerprintOf(string path, LogContext context) => $"{Fingerprint} {context.Key} {path}";

    /// <summary>Whether a generation is one of these.</summary>
    public static bool Is(string fingerprint) => fingerprint.StartsWith(Fingerprint, StringComparison.Ordinal);
}

/// <summary>A time that a command was asked about, and answered.</summary>
/// <param name="Since">Its first second, since 1970.</param>
/// <param name="Until">Its last second.</param>
/// <param name="Asked">When it was asked, by this host's clock.</param>
/// <param name="AfterFailure">Whether it gave no answer since the answer before.</param>
internal readonly record struct AnsweredTime(long Since, long Until, long Asked, bool AfterFailure = false)
{
    /// <summary>Whether it stands for a question that was not answered: a time without a second.</summary>
    public bool IsFailure => Until < Since;

    /// <summary>A question that was not answered.</summary>
    /// <param name="since">The first second it was about.</param>
    /// <param name="asked">When it was asked.</param>
    public static AnsweredTime Failed(long since, long asked) => new(since, since - 1, asked, AfterFailure: true);
}
