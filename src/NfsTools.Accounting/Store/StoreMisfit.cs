namespace NfsTools.Accounting.Store;

/// <summary>A setting that does nothing with the store at hand, and is refused therefore.</summary>
/// <param name="Setting">Its key in a configuration file (collector.yaml): one of the constants.</param>
/// <param name="Remedy">What the reader can do about it.</param>
public sealed record StoreMisfit(string Setting, string Remedy)
{
    /// <summary>A file with the database's password.</summary>
    public const string PasswordFile = "passwordFile";

    /// <summary>Leave for an SQLite file to be on a network file system.</summary>
    public const string AllowNetworkStore = "allowNetworkStore";

    /// <summary>How nodes share the work.</summary>
    public const string Role = "role";

    /// <summary>When a node takes over.</summary>
    public const string Lease = "leaseSeconds";

    /// <summary>What is wrong, in words.</summary>
    /// <param name="given">The setting as the user gave it, e.g. <c>--role</c>.</param>
    /// <param name="store">The store.</param>
    public static string Describe(string given, StoreAddress store) => $"{given} does not go with the store {store.Name}";
}
