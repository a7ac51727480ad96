using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace NfsTools.Accounting.Store;

/// <summary>
/// A prepared SQLite statement for the path every record takes: texts are bound from UTF-8 bytes, without a string or a
/// parameter object each.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private int parameter;

    public Statement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out statement), database);
    }

    /// <summary>Binds the next parameter.</summary>
    public Statement Bind(long value) => Check(raw.sqlite3_bind_int64(statement, ++parameter, value));

    /// <summary>Binds the next parameter.</summary>
    public Statement Bind(double value) => Check(raw.sqlite3_bind_double(statement, ++parameter, value));

    /// <summary>Binds the next parameter to UTF-8 text.</summary>
    public Statement Bind(ReadOnlySpan<byte> utf8) => Check(raw.sqlite3_bind_text(statement, ++parameter, utf8));

    /// <summary>Binds the next parameter.</summary>
    public Statement Bind(string text) => Check(raw.sqlite3_bind_text(statement, ++parameter, text));

    /// <summary>Binds the next parameter to bytes.</summary>
    public Statement BindBlob(ReadOnlySpan<byte> bytes) => Check(raw.sqlite3_bind_blob(statement, ++parameter, bytes));

    /// <summary>Leaves the next parameter NULL.</summary>
    public Statement BindNull() => Check(raw.sqlite3_bind_null(statement, ++parameter));

    /// <summary>Runs to the end and makes ready for the next run.</summary>
    /// <returns>How many rows were changed.</returns>
    public int Run()
    {
        Step();
        Reset();
        return raw.sqlite3_changes(database);
    }

    /// <summary>Runs, reads the first column of the first row as an integer, and makes ready for the next run.</summary>
    /// <returns>Null where there is no row.</returns>
    public long? Scalar()
    {
        long? value = Step() ? raw.sqlite3_column_int64(statement, 0) : null;
        Reset();
        return value;
    }

    public void Dispose() => statement.Dispose();

    private bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            Reset();
            SqliteException.ThrowExceptionForRC(code, database);
        }

        return code == raw.SQLITE_ROW;
    }

    private void Reset()
    {
        parameter = 0;
        _ = raw.sqlite3_reset(statement);
    }

    private Statement Check(int code)
    {
        SqliteException.ThrowExceptionForRC(code, database);
        return this;
    }
}
