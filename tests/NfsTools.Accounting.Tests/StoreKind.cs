namespace NfsTools.Accounting.Tests;

/// <summary>Where a test keeps its store.</summary>
public enum StoreKind
{
    /// <summary>A file.</summary>
    Sqlite,

    /// <summary>A schema of the server that NFSTOOLS_TEST_POSTGRES names.</summary>
    PostgreSql,
}
