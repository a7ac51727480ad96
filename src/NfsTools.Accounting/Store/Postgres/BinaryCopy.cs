using System.Buffers.Binary;
using Npgsql;

namespace NfsTools.Accounting.Store.Postgres;

/// <summary>
/// Sends rows in the binary format of COPY (PostgreSQL, "COPY", File Formats), while the server already inserts the first of them.
/// Npgsql's own importer looks up a converter for each value, which took a third of a collector's processor time.
/// </summary>
internal sealed class BinaryCopy : IDisposable
{
    private const int Room = 64 << 10;
    private const short End = -1;
    private const int Null = -1;

    // The signature; no flags, no extension.
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    private readonly NpgsqlRawCopyStream stream;
    private readonly byte[] buffer = new byte[Room];
    private readonly short fields;
    private int length;

    /// <summary>Begins.</summary>
    /// <param name="connection">The connection, which can do nothing else until this is disposed of.</param>
    /// <param name="sql">COPY ... FROM STDIN (FORMAT binary).</param>
    /// <param name="fields">How many values a row has.</param>
    public BinaryCopy(NpgsqlConnection connection, string sql, int fields)
    {
        this.fields = (short)fields;
        stream = connection.BeginRawBinaryCopy(sql);
        Append(Header);
    }

    /// <summary>Begins a row.</summary>
    public void StartRow() => BinaryPrimitives.WriteInt16BigEndian(Next(sizeof(short)), fields);

    /// <summary>Writes a bigint, or the bits of a double precision.</summary>
    public void Write(long value)
    {
        var room = Next(sizeof(int) + sizeof(long));
        BinaryPrimitives.WriteInt32BigEndian(room, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(room[sizeof(int)..], value);
    }

    /// <summary>Writes a double precision; NULL for NaN.</summary>
    public void WriteNumber(double value)
    {
        if (double.IsNaN(value))
        {
            WriteNull();
        }
        else
        {
            Write(BitConverter.DoubleToInt64Bits(value));
        }
    }

    /// <summary>Writes a text, in UTF-8.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        BinaryPrimitives.WriteInt32BigEndian(Next(sizeof(int)), text.Length);
        Append(text);
    }

    /// <summary>Writes a NULL.</summary>
    public void WriteNull() => BinaryPrimitives.WriteInt32BigEndian(Next(sizeof(int)), Null);

    /// <summary>Sends what is left, and waits until all rows are in.</summary>
    /// <exception cref="PostgresException">The server refuses one; none is in.</exception>
    public void Complete()
    {
        BinaryPrimitives.WriteInt16BigEndian(Next(sizeof(short)), End);
        Flush();
        stream.Dispose();
    }

    public void Dispose() => stream.Dispose();

    private void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (length == Room)
            {
                Flush();
            }

            var some = Math.Min(bytes.Length, Room - length);
            bytes[..some].CopyTo(buffer.AsSpan(length));
            length += some;
            bytes = bytes[some..];
        }
    }

    private Span<byte> Next(int count)
    {
        if (Room - length < count)
        {
            Flush();
        }

        length += count;
        return buffer.AsSpan(length - count, count);
    }

    private void Flush()
    {
        stream.Write(buffer.AsSpan(0, length));
        length = 0;
    }
}
