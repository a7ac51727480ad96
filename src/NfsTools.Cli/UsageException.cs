namespace NfsTools.Cli;

/// <summary>The command line or a configuration file is not as it must be.</summary>
internal sealed class UsageException(string message, string remedy) : Exception(message)
{
    public string Remedy { get; } = remedy;

    /// <summary>Does what can only fail because of what the user wrote.</summary>
    public static T Check<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (NfsToolsException e)
        {
            throw new UsageException(e.Message, e.Remedy);
        }
    }
}
