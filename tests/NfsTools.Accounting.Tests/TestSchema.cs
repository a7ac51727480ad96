using Npgsql;

namespace NfsTools.Accounting.Tests;

/// <summary>A schema of a test's own in the PostgreSQL database that NFSTOOLS_TEST_POSTGRES names, gone when the test is over.</summary>
internal sealed class TestSchema : IDisposable
{
    private const string Variable = "NFSTOOLS_TEST_POSTGRES";
    private readonly NpgsqlDataSource server;

    public TestSchema()
    {
        server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Server) { Pooling = false, SearchPath = Name });
        Execute($"CREATE SCHEMA {Name}");
    }

    /// <summary>The connection string of the server; skips the test where there is none.</summary>
    public static string Server
    {
        get
        {
            var server = Environment.GetEnvironmentVariable(Variable);
            Assert.SkipWhen(string.IsNullOrEmpty(server), $"{Variable} names no PostgreSQL server; tests/postgres/run starts one.");
            return server.TrimEnd(';');
        }
    }

    public string Name { get; } = $"test_{Guid.NewGuid():N}";

    /// <summary>The store, as users name one.</summary>
    public string Address => $"{Server};Search Path={Name}";

    /// <summary>Runs SQL in the schema.</summary>
    public void Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    /// <summary>Reads one value in the schema.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteScalar();
    }

    public void Dispose()
    {
        Execute($"DROP SCHEMA {Name} CASCADE");
        server.Dispose();
    }

    private NpgsqlCommand Command(string sql, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = server.CreateCommand(sql);
        foreach (var (parameter, value) in parameters)
        {
            command.Parameters.AddWithValue(parameter, value);
        }

        return command;
    }
}
