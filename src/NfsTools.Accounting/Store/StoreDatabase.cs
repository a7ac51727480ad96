using System.Data.Common;
using System.Text.RegularExpressions;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Store.Sqlite;

namespace NfsTools.Accounting.Store;

/// <summary>
/// The database below a store: a connection, and what databases write in different ways. All else is SQL that both understand.
/// </summary>
internal abstract partial class StoreDatabase : IDisposable
{
    /// <inheritdoc cref="StoreAddress.Name"/>
    public abstract string Name { get; }

    /// <summary>The connection, open unless the server has ended it; another one once it was opened again.</summary>
    public abstract DbConnection Connection { get; }

    /// <summary>Whether the connection that is worked with broke, or is not there yet.</summary>
    public virtual bool IsBroken => false;

    /// <summary>Whether collectors on several hosts may use it at once, by leases on its clock.</summary>
    public abstract bool IsShared { get; }

    /// <summary>SQL for the database's clock, in milliseconds since 1970 UTC.</summary>
    public abstract string Clock { get; }

    /// <summary>SQL functions for the larger and the smaller of two values.</summary>
    public abstract (string Greatest, string Least) Extremes { get; }

    /// <summary>Which version of the schema the store has, once it is open.</summary>
    public long SchemaVersion { get; set; } = StoreSchema.Version;

    /// <summary>SQL for a column of what is carried over, which came with a version of the schema; NULL in a store of an older one.</summary>
    public string Since(int version, string column) => SchemaVersion < version ? "NULL" : column;

    /// <summary>The days of the store, once it is open.</summary>
    public DayCalendar Calendar { get; set; } = DayCalendar.Utc;

    /// <summary>How long a change may stand still, or wait for another one, before the database ends it, where it can; to be set while the connection is open.</summary>
    public virtual TimeSpan Patience { get; set; }

    /// <summary>The end of a query for a row to be changed that passes over one which another transaction is changing.</summary>
    public abstract string SkipLocked { get; }

    /// <summary>Ends changes whose clients have been silent for as long as <see cref="Patience"/>: a host that froze holds nothing locked then.</summary>
    public virtual void EndFrozen()
    {
    }

    /// <summary>An SQL operator that compares a text with a pattern of * and ?, and the pattern as it takes it.</summary>
    public abstract string Like(string pattern, out string text);

    /// <summary>SQL for the text of a day, YYYY-MM-DD, from its number since 1970-01-01.</summary>
    public abstract string DayText(string day);

    /// <summary>SQL for the text of a day's month, YYYY-MM.</summary>
    public abstract string MonthText(string day);

    /// <summary>Keeps other collectors from the store where no lease of the database can; null where one does.</summary>
    /// <exception cref="NfsToolsException">Another collector is at work on it.</exception>
    public abstract StoreHold? Hold();

    /// <summary>Opens the connection, again if it was lost.</summary>
    /// <returns>Whether it had to be opened: what was prepared on it before is gone.</returns>
    public abstract bool Open();

    /// <summary>Closes the connection; the next call may open it again.</summary>
    public virtual void Close() => Connection.Close();

    /// <summary>Sees that what was read or written just now was that of the store which its name leads to, where that is not a server's to say.</summary>
    /// <exception cref="StoreGoneException">It was deleted, moved or replaced.</exception>
    public virtual void Confirm()
    {
    }

    /// <summary>What a database without tables seems to be, where more can be told than that it is no store.</summary>
    public virtual string? WhyEmpty => null;

    /// <summary>SQL as the database takes it: <c>main.</c> stands before each table of the store (SQLite's own name for its file).</summary>
    public virtual string Qualify(string sql) => sql;

    /// <summary>Sees that tables and views of the store are nobody's who might have planted them, where others may make some.</summary>
    /// <exception cref="NfsToolsException">One is.</exception>
    public virtual void CheckOwners(IReadOnlyCollection<string> relations)
    {
    }

    /// <summary>How many tables there are, or how many of a name.</summary>
    public abstract long CountTables(string? name = null);

    /// <summary>Keeps others from changing the schema until the transaction ends.</summary>
    public abstract DbTransaction BeginSchemaChange();

    /// <summary>Begins a change of rows.</summary>
    public abstract DbTransaction BeginChange();

    /// <summary>Sees the store as it is now until the transaction ends.</summary>
    public abstract DbTransaction BeginSnapshot();

    /// <summary>Reads rows by the million.</summary>
    public IStoreRows Rows(string sql) => Rows(Command(sql));

    /// <summary>Reads the rows of a command by the million, and disposes of it.</summary>
    public abstract IStoreRows Rows(DbCommand command);

    /// <summary>
    /// Makes ready to ask for one text by its number while rows are read, of the store as they see it; null where nothing can be asked
    /// for then, and a query has to join the texts.
    /// </summary>
    /// <param name="sql">A query for the text, whose one parameter is the number.</param>
    public virtual NumberedTexts? Texts(string sql) => null;

    /// <summary>Makes room beside the store for one that is to take its place, and says what it is called: a file or a schema.</summary>
    public abstract string MakeRoomBeside();

    /// <summary>Removes what is beside the store.</summary>
    public abstract void ClearBeside();

    /// <summary>Has SQL reach the tables of the store beside, by the name that is returned, until that is disposed of.</summary>
    /// <param name="prefix">What stands before a table of it.</param>
    public abstract IDisposable? Attach(out string prefix);

    /// <summary>Keeps others from committing until the transaction ends.</summary>
    public abstract void LockOut();

    /// <summary>Has the numbers of new rows go on behind those that are there.</summary>
    public abstract void GoOnNumbering(string table, string column);

    /// <summary>Statements that give tables and views to whom they belong now, and let others at them, each with the name of its table or view.</summary>
    public virtual IReadOnlyList<(string Relation, string Statement)> Rights() => [];

    /// <summary>What the database knows of the store's tables, indexes, views and triggers: a name, and its definition in some writing.</summary>
    public abstract IReadOnlyDictionary<string, string> Definitions();

    /// <summary>Columns, each with its table before it, that hold a value of another type than their own; where a database refuses these, there are none.</summary>
    /// <param name="tables">The tables looked at.</param>
    public virtual IReadOnlyList<string> MistypedColumns(IEnumerable<string> tables) => [];

    /// <summary>Makes the writer of batches, for as long as the connection lives.</summary>
    public abstract StoreWriter CreateWriter();

    /// <summary>Ends what another thread is reading just now.</summary>
    public abstract void Interrupt();

    /// <summary>What an error of the database, or of a broken connection, means to a user; an <see cref="OperationCanceledException"/> where reading was interrupted.</summary>
    public abstract Exception Explain(Exception error);

    /// <summary>A command with its parameters, numbered @p0, @p1 ... in their order; null is NULL.</summary>
    public virtual DbCommand Command(string sql, params ReadOnlySpan<object?> parameters)
    {
        var command = Connection.CreateCommand();
        command.CommandText = Qualify(sql);
        foreach (var value in parameters)
        {
            AddParameter(command, value);
        }

        return command;
    }

    /// <summary>Adds a parameter to a command and says its name.</summary>
    public static string AddParameter(DbCommand command, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = $"@p{command.Parameters.Count}";
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
        return parameter.ParameterName;
    }

    /// <summary>Runs a command that returns nothing.</summary>
    /// <returns>How many rows were changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>Reads one integer; null where there is no row, or NULL in it.</summary>
    public long? Scalar(string sql, params ReadOnlySpan<object?> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteScalar() as long?;
    }

    /// <summary>Writes out what a schema script has in braces.</summary>
    public virtual string Expand(string script) => Braces().Replace(script, found => Expand(found.Groups[1].Value, found.Groups[2].Value));

    public abstract void Dispose();

    protected abstract string Expand(string name, string argument);

    [GeneratedRegex(@"\{(\w+)(?::([^}]+))?\}")]
    private static partial Regex Braces();
}

/// <summary>Rows as they are read, one after the other.</summary>
internal interface IStoreRows : IDisposable
{
    /// <summary>Goes to the next row; false behind the last one.</summary>
    bool Next();

    /// <summary>A column of the current row; 0 for NULL.</summary>
    long Integer(int column);

    /// <summary>A column of the current row; 0 for NULL.</summary>
    double Real(int column);

    /// <summary>Whether a column of the current row holds a number, and a whole one where that is asked for.</summary>
    bool IsNumber(int column, bool whole);

    /// <summary>Whether a column of the current row is NULL.</summary>
    bool IsNull(int column);

    /// <summary>A text of the current row, in UTF-8, or bytes; empty for NULL. It is valid until the next row or column.</summary>
    ReadOnlySpan<byte> Bytes(int column);

    /// <summary>A text of the current row; null for NULL.</summary>
    string? Text(int column);
}
