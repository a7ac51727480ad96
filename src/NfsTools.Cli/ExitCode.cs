namespace NfsTools.Cli;

/// <summary>What the process ends with; the help of the root command tells users.</summary>
internal static class ExitCode
{
    public const int Well = 0;

    /// <summary>The thing checked does not hold.</summary>
    public const int DoesNotHold = 1;

    public const int Usage = 2;

    public const int CannotGoOn = 3;

    public const string Help =
        """
        Exit codes:
          0  all is well
          1  the thing checked does not hold: verify found a difference, parse met what it cannot read,
             check met a file that is not as expected, wait ran out of time, fs met a file system that does not answer,
             lock --status met a lock that is free
          2  usage: an unknown option, a bad value, an error in a configuration file
          3  cannot go on: a file or the store cannot be read or written; the message says what to do
        run and lock end with the exit code of their command, or one of their own from 118 to 125:
        see "nfstools run --help" and "nfstools lock --help"
        """;
}
