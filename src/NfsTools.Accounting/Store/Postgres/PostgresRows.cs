using Npgsql;

namespace NfsTools.Accounting.Store.Postgres;

/// <summary>The rows of a query.</summary>
internal sealed class PostgresRows(NpgsqlCommand command) : IStoreRows
{
    private readonly NpgsqlDataReader reader = command.ExecuteReader();

    public bool Next() => reader.Read();

    public long Integer(int column) => reader.IsDBNull(column) ? 0 : reader.GetInt64(column);

    public double Real(int column) => reader.IsDBNull(column) ? 0 : reader.GetDouble(column);

    public bool IsNumber(int column, bool whole) => !reader.IsDBNull(column);

    public bool IsNull(int column) => reader.IsDBNull(column);

    public ReadOnlySpan<byte> Bytes(int column) =>
        reader.IsDBNull(column) ? [] : reader.GetFieldType(column) == typeof(string) ? System.Text.Encoding.UTF8.GetBytes(reader.GetString(column)) : reader.GetFieldValue<byte[]>(column);

    public void Dispose()
    {
        reader.Dispose();
        command.Dispose();
    }
}
