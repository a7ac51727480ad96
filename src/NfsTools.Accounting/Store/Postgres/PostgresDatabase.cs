using System.Data;
using System.Data.Common;
using System.Globalization;
using NfsTools.Accounting.Store.Sqlite;
using Npgsql;

namespace NfsTools.Accounting.Store.Postgres;

/// <summary>
/// A PostgreSQL database; the tables are in the first schema of the search path that it is reached with. Others may be allowed to
/// create in the schemas of that path, and what they made there would run as whoever works on the store: so nothing is looked up
/// in it. Tables are named with their schema, and all else is PostgreSQL's own. PostgreSQL 12 or newer.
/// </summary>
internal sealed partial class PostgresDatabase : StoreDatabase
{
    // Any number nobody else is likely to lock: only one process at a time may change the schema.
    private const long SchemaLock = 0x4E66_7354_6F6F_6C73;
    private const int KeepAliveSeconds = 10;

    // NAMEDATALEN, less the byte behind it.
    private const int LongestName = 63;
    private readonly NpgsqlConnectionStringBuilder own;
    private readonly Func<string>? password;
    private readonly bool writes;
    private NpgsqlDataSource source;
    private NpgsqlConnection connection;

    // The schema of the store, as it is and as it stands before a table.
    private string schema = "", prefix = "";
    private volatile NpgsqlCommand? reading;
    private volatile bool interrupted;

    /// <summary>Names a database.</summary>
    /// <param name="name">What users are told it is.</param>
    /// <param name="settings">How to reach it.</param>
    /// <param name="password">Its password, asked for anew with each connection: it may have been changed; null for one from the environment.</param>
    /// <param name="writes">Whether it is written to.</param>
    public PostgresDatabase(string name, NpgsqlConnectionStringBuilder settings, Func<string>? password, bool writes)
    {
        (Name, this.password, this.writes) = (name, password, writes);
        own = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false, Enlist = false, MaxAutoPrepare = 20 };
        if (settings.Host![0] is not ('/' or '@'))
        {
            (own.TcpKeepAlive, own.TcpKeepAliveTime, own.TcpKeepAliveInterval) = (true, KeepAliveSeconds, KeepAliveSeconds);
        }

        if (!settings.ShouldSerialize("Application Name"))
        {
            own.ApplicationName = "nfstools";
        }

        if (!writes && !settings.ShouldSerialize("Command Timeout"))
        {
            // A report may take as long as it takes; who waits can end it.
            own.CommandTimeout = 0;
        }

        (source, connection) = Prepare();
    }

    public override string Name { get; }

    public override DbConnection Connection => connection;

    public override bool IsBroken => connection.State != ConnectionState.Open;

    public override bool IsShared => true;

    public override string Clock => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)";

    public override (string Greatest, string Least) Extremes => ("greatest", "least");

    public override string SkipLocked => "FOR UPDATE SKIP LOCKED";

    public override TimeSpan Patience
    {
        get;
        set
        {
            if (field != value)
            {
                field = value;
                Execute(Limits);
            }
        }
    }
    = TimeSpan.FromSeconds(10);

    private string Limits => string.Create(CultureInfo.InvariantCulture, $"SET idle_in_transaction_session_timeout = {Patience.TotalMilliseconds:F0}; SET lock_timeout = {Patience.TotalMilliseconds:F0}");

    public override string Like(string pattern, out string text)
    {
        foreach (var special in new[] { "\\", "%", "_" })
        {
            pattern = pattern.Replace(special, "\\" + special, StringComparison.Ordinal);
        }

        text = pattern.Replace('*', '%').Replace('?', '_');
        return "LIKE";
    }

    public override string DayText(string day) => $"to_char(DATE '1970-01-01' + CAST({day} AS integer), 'YYYY-MM-DD')";

    public override string MonthText(string day) => $"to_char(DATE '1970-01-01' + CAST({day} AS integer), 'YYYY-MM')";

    public override StoreHold? Hold() => null;

    public override bool Open()
    {
        if (connection.State == ConnectionState.Open)
        {
            return false;
        }

        if (password is not null)
        {
            own.Password = password();
        }

        // What a driver makes of a connection that broke is not relied on.
        Close();
        (source, connection) = Prepare();
        connection.Open();
        if (connection.PostgresParameters.GetValueOrDefault("server_encoding") is not "UTF8")
        {
            throw new NfsToolsException($"{Name}: the database keeps text in {connection.PostgresParameters.GetValueOrDefault("server_encoding")}.", "Create one for the store with ENCODING 'UTF8'.");
        }

        Execute(writes ? Limits : "SET default_transaction_read_only = on");
        LeaveSearchPath();
        return true;
    }

    public override void Close()
    {
        try
        {
            connection.Dispose();
            source.Dispose();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It was broken.
        }
    }

    public override string Qualify(string sql) => sql.Replace("main.", prefix, StringComparison.Ordinal);

    public override DbTransaction BeginSchemaChange()
    {
        var transaction = connection.BeginTransaction();
        Execute($"SELECT pg_advisory_xact_lock({SchemaLock})");
        return transaction;
    }

    public override DbTransaction BeginChange() => connection.BeginTransaction();

    public override DbTransaction BeginSnapshot() => connection.BeginTransaction(IsolationLevel.RepeatableRead);

    public override DbCommand Command(string sql, params ReadOnlySpan<object?> parameters)
    {
        var command = base.Command(sql, parameters);
        reading = (NpgsqlCommand)command;
        return command;
    }

    public override string MakeRoomBeside()
    {
        // What is longer is cut off, and might be the store's own schema.
        if (System.Text.Encoding.UTF8.GetByteCount(Beside) > LongestName)
        {
            throw new NfsToolsException($"{Name}: the name of the schema is too long for another one beside it.", "Rename the schema to one of at most 50 characters.");
        }

        Execute($"CREATE SCHEMA IF NOT EXISTS {Quoted(Beside)}");
        if (Scalar("SELECT count(*) FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner WHERE n.nspname = @p0 AND r.rolname = current_user", Beside) == 0)
        {
            throw new NfsToolsException($"{Name}: the schema {Beside} belongs to somebody else, who could have anything run there.", "Drop it, or rename it.");
        }

        return Beside;
    }

    public override void ClearBeside() => Execute($"DROP SCHEMA IF EXISTS {Quoted(Beside)} CASCADE");

    public override IDisposable? Attach(out string prefix)
    {
        prefix = $"{Quoted(Beside)}.";
        return null;
    }

    // A commit begins with the first of them.
    public override void LockOut() => Execute("LOCK TABLE main.rebuild, main.lease, main.cluster, main.generation, main.segment IN ACCESS EXCLUSIVE MODE");

    public override void GoOnNumbering(string table, string column) =>
        Scalar($"SELECT setval(CAST(pg_get_serial_sequence(@p0, @p1) AS regclass), (SELECT coalesce(max({column}), 0) + 1 FROM main.{table}), false)", $"{prefix}{table}", column);

    public override IStoreRows Rows(DbCommand command) => new CommandRows(command);

    public override StoreWriter CreateWriter() => new PostgresWriter(this, connection);

    public override void Interrupt()
    {
        interrupted = true;
        reading?.Cancel();
    }

    public override Exception Explain(Exception error)
    {
        if (interrupted)
        {
            return new OperationCanceledException($"{Name}: reading was interrupted.", error);
        }

        if (error is not PostgresException { SqlState: var state } told)
        {
            return new StoreUnavailableException($"{Name}: the database does not answer ({Reason(error)}).", "Check that the server runs and can be reached; collecting goes on where it was once it does.", error);
        }

        var message = $"{Name}: the database refused: {told.MessageText.TrimEnd('.')} (SQLSTATE {state}).";
        return state switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                new NfsToolsException(message, "Give the password in PGPASSFILE or ~/.pgpass (mode 0600), in PGPASSWORD, or with passwordFile in the configuration; pg_hba.conf says who may connect.", error),
            PostgresErrorCodes.InvalidCatalogName => new NfsToolsException(message, "Create the database: createdb --encoding UTF8 --template template0 NAME.", error),
            PostgresErrorCodes.ReadOnlySqlTransaction => new StoreUnavailableException(message, "The server is a standby, or set read-only: collecting goes on where it was once it can be written.", error),
            PostgresErrorCodes.InsufficientPrivilege =>
                new NfsToolsException(message, "The collector's user needs a schema that it may create tables in; one that only reads needs SELECT on them.", error),
            PostgresErrorCodes.DiskFull => new StoreUnavailableException(message, "Make room on the server: the store is unharmed, and collecting goes on where it was.", error),
            _ when IsPassing(state) => new StoreUnavailableException(message, "Collecting goes on where it was once the database is ready.", error),
            _ => new NfsToolsException(message, "Look at the server's log; \"nfstools verify --store\" tells whether the store is complete.", error),
        };
    }

    public override void Dispose() => Close();

    protected override string Expand(string name, string argument) => name switch
    {
        "id" => "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
        // An index of the texts themselves could not hold long ones.
        "repeated" => "text NOT NULL, EXCLUDE USING hash (value WITH =)",
        "bytes" => "bytea",
        "seal" => RowSeal.Definition,
        "rowless" => "",
        "greatest" => Extremes.Greatest,
        "utc" => $"to_char(to_timestamp({argument}) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
        "product" => $"CAST(least(CAST({argument.Replace(":", " AS numeric) * ", StringComparison.Ordinal)}, {long.MaxValue}) AS bigint)",
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    private (NpgsqlDataSource Source, NpgsqlConnection Connection) Prepare()
    {
        // To ask for the server's types takes a query before the search path is left, and no type but PostgreSQL's own is used.
        var builder = new NpgsqlDataSourceBuilder(own.ConnectionString);
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        var made = builder.Build();
        return (made, made.CreateConnection());
    }

    private string Beside => $"{schema}_rebuild";

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    // What is not qualified here could be anybody's.
    private void LeaveSearchPath()
    {
        using (var command = Command("SELECT CAST(pg_catalog.current_schema() AS pg_catalog.text)"))
        {
            schema = command.ExecuteScalar() as string ?? throw new NfsToolsException(
                $"{Name}: no schema of the search path is there, or may be used.", "Create one that the collector's user may create tables in, or name one that is there (Search Path=).");
        }

        prefix = $"{Quoted(schema)}.";
        Execute("SET search_path = pg_catalog, pg_temp");
    }

    // Classes of SQLSTATE (PostgreSQL, appendix A): lost connections, transactions in each other's way, no room, the server
    // shutting down or starting, errors of its disk; and a transaction that stood still, or lasted, too long.
    private static bool IsPassing(string state) => state[..2] is "08" or "40" or "53" or "55" or "57" or "58" || state is "25P03" or "25P04";

    private static string Reason(Exception error) => (error.InnerException ?? error).Message.TrimEnd('.');
}
