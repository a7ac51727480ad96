using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace NfsTools.Accounting.Store.Sqlite;

/// <summary>
/// A prepared SQLite statement for the path every record takes: values go to the library as they are, without a parameter
/// object, a handle's reference count or a string each.
/// </summary>
internal sealed partial class Statement : IStoreRows
{
    // SQLite is to copy the bytes before the call returns (SQLITE_TRANSIENT).
    private const nint Transient = -1;

    // The bytes stay where they are (SQLITE_STATIC).
    private const nint Static = 0;

    // It keeps its copies till they are bound anew: longer ones are let go at once.
    private const int LongestKept = 256 << 10;
    private readonly sqlite3 database;
    private readonly sqlite3_stmt owner;
    private readonly nint statement;
    private readonly nint handle;
    private int parameter;
    private bool holdsLong;

    public Statement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out owner), database);
        (statement, handle) = (owner.DangerousGetHandle(), database.DangerousGetHandle());
    }

    /// <summary>Binds the next parameter.</summary>
    public Statement Bind(long value) => Check(BindInteger(statement, ++parameter, value));

    /// <summary>Binds the next parameter.</summary>
    public Statement Bind(double value) => Check(BindReal(statement, ++parameter, value));

    /// <summary>Binds the next parameter to UTF-8 text.</summary>
    public Statement Bind(ReadOnlySpan<byte> utf8)
    {
        holdsLong |= utf8.Length > LongestKept;
        return Check(BindText(statement, ++parameter, OrEmpty(utf8), utf8.Length, Transient));
    }

    /// <summary>Binds the next parameter to UTF-8 text that stays where it is until the statement has run.</summary>
    public unsafe Statement BindPinned(byte* utf8, int length) => Check(BindStaticText(statement, ++parameter, utf8, length, Static));

    /// <summary>Binds the next parameter.</summary>
    public Statement Bind(string text) => Bind(Encoding.UTF8.GetBytes(text).AsSpan());

    /// <summary>Binds the next parameter to bytes.</summary>
    public Statement BindBlob(ReadOnlySpan<byte> bytes)
    {
        holdsLong |= bytes.Length > LongestKept;
        return Check(BindBlob(statement, ++parameter, OrEmpty(bytes), bytes.Length, Transient));
    }

    /// <summary>Binds whole numbers and texts to the parameters of their names.</summary>
    public Statement Bind(DbParameterCollection named)
    {
        foreach (DbParameter value in named)
        {
            parameter = raw.sqlite3_bind_parameter_index(owner, value.ParameterName) - 1;
            _ = value.Value switch
            {
                DBNull => BindNull(),
                string text => Bind(text),
                var number => Bind(Convert.ToInt64(number, CultureInfo.InvariantCulture)),
            };
        }

        return this;
    }

    /// <summary>Leaves the next parameter what it was the last time.</summary>
    public Statement Keep()
    {
        parameter++;
        return this;
    }

    /// <summary>Leaves the next parameter NULL.</summary>
    public Statement BindNull() => Check(BindNull(statement, ++parameter));

    /// <summary>Runs to the end and makes ready for the next run.</summary>
    /// <returns>How many rows were changed.</returns>
    public int Run()
    {
        Next();
        Reset();
        return Changes(handle);
    }

    /// <summary>Runs, reads the first column of the first row as an integer, and makes ready for the next run.</summary>
    /// <returns>Null where there is no row.</returns>
    public long? Scalar()
    {
        long? value = Next() ? Integer(0) : null;
        Reset();
        return value;
    }

    /// <summary>Goes to the next row; false behind the last one.</summary>
    public bool Next()
    {
        var code = Step(statement);
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            Reset();
            SqliteException.ThrowExceptionForRC(code, database);
        }

        return code == raw.SQLITE_ROW;
    }

    /// <summary>A column of the current row; 0 for NULL.</summary>
    public long Integer(int column) => ColumnInteger(statement, column);

    /// <summary>A column of the current row; 0 for NULL.</summary>
    public double Real(int column) => ColumnReal(statement, column);

    /// <summary>Whether a column of the current row holds a number, and a whole one where that is asked for: any column may hold anything.</summary>
    public bool IsNumber(int column, bool whole) => ColumnType(statement, column) is var type && (type == raw.SQLITE_INTEGER || (!whole && type == raw.SQLITE_FLOAT));

    /// <summary>Whether a column of the current row is NULL.</summary>
    public bool IsNull(int column) => ColumnType(statement, column) == raw.SQLITE_NULL;

    /// <summary>A text of the current row, in UTF-8, or bytes; empty for NULL. It is valid until the next row.</summary>
    public unsafe ReadOnlySpan<byte> Bytes(int column) => ColumnBlob(statement, column) is var first && first == null ? [] : new(first, ColumnBytes(statement, column));

    /// <summary>A text of the current row; null for NULL.</summary>
    public string? Text(int column) => Bytes(column) is { IsEmpty: false } text ? Encoding.UTF8.GetString(text) : IsNull(column) ? null : "";

    /// <summary>A column of the current row; empty for NULL.</summary>
    public byte[] Blob(int column) => Bytes(column).ToArray();

    /// <summary>Makes ready for the next run.</summary>
    public void Reset()
    {
        parameter = 0;
        _ = Reset(statement);
        if (holdsLong)
        {
            holdsLong = false;
            _ = raw.sqlite3_clear_bindings(owner);
        }
    }

    public void Dispose() => owner.Dispose();

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_bind_int64")]
    [SuppressGCTransition]
    private static partial int BindInteger(nint statement, int parameter, long value);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_bind_double")]
    [SuppressGCTransition]
    private static partial int BindReal(nint statement, int parameter, double value);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_bind_null")]
    [SuppressGCTransition]
    private static partial int BindNull(nint statement, int parameter);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_bind_text")]
    private static partial int BindText(nint statement, int parameter, ReadOnlySpan<byte> text, int length, nint release);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_bind_text")]
    [SuppressGCTransition]
    private static unsafe partial int BindStaticText(nint statement, int parameter, byte* text, int length, nint release);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_bind_blob")]
    private static partial int BindBlob(nint statement, int parameter, ReadOnlySpan<byte> bytes, int length, nint release);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_column_int64")]
    [SuppressGCTransition]
    private static partial long ColumnInteger(nint statement, int column);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_column_double")]
    [SuppressGCTransition]
    private static partial double ColumnReal(nint statement, int column);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_column_type")]
    [SuppressGCTransition]
    private static partial int ColumnType(nint statement, int column);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_column_blob")]
    [SuppressGCTransition]
    private static unsafe partial void* ColumnBlob(nint statement, int column);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_column_bytes")]
    [SuppressGCTransition]
    private static partial int ColumnBytes(nint statement, int column);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_changes")]
    [SuppressGCTransition]
    private static partial int Changes(nint database);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_step")]
    private static partial int Step(nint statement);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_reset")]
    private static partial int Reset(nint statement);

    // A null pointer would bind NULL where an empty text is meant.
    private static ReadOnlySpan<byte> OrEmpty(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? "\0"u8 : bytes;

    private Statement Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(code, database);
        }

        return this;
    }
}
