using System.Data.Common;
using System.Text;

namespace NfsTools.Accounting.Store;

/// <summary>The rows of a command, which ends with them.</summary>
internal sealed class CommandRows(DbCommand command) : IStoreRows
{
    private readonly DbDataReader reader = command.ExecuteReader();

    public bool Next() => reader.Read();

    public long Integer(int column) => reader.IsDBNull(column) ? 0 : reader.GetInt64(column);

    public double Real(int column) => reader.IsDBNull(column) ? 0 : reader.GetDouble(column);

    public bool IsNumber(int column, bool whole) => !reader.IsDBNull(column);

    public bool IsNull(int column) => reader.IsDBNull(column);

    public ReadOnlySpan<byte> Bytes(int column) =>
        reader.IsDBNull(column) ? [] : reader.GetFieldType(column) == typeof(string) ? Encoding.UTF8.GetBytes(reader.GetString(column)) : reader.GetFieldValue<byte[]>(column);

    public string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public void Dispose()
    {
        reader.Dispose();
        command.Dispose();
    }
}
