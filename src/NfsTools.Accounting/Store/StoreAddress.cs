using System.Text;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Store.Postgres;
using NfsTools.Accounting.Store.Sqlite;
using NfsTools.FileSystems;
using NfsTools.Interop;
using Npgsql;

namespace NfsTools.Accounting.Store;

/// <summary>
/// Where a store is: an SQLite file, or a PostgreSQL database as Npgsql writes it (<c>Host=db;Database=accounting</c>). It
/// holds no password that could be printed: that comes from PGPASSFILE, ~/.pgpass, PGPASSWORD or a file of its own.
/// </summary>
public sealed class StoreAddress
{
    /// <summary>What a file with a password is, for who is asked for it.</summary>
    public const string PasswordFileHelp = "A file with the password for the database, and nothing else; else PGPASSFILE, ~/.pgpass or PGPASSWORD have it.";

    private const int MostPasswordBytes = 1 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly NpgsqlConnectionStringBuilder? server;

    private StoreAddress(string text, NpgsqlConnectionStringBuilder? server) => (Text, this.server) = (text, server);

    /// <summary>The store as a user may name it again: the file, or the connection string, which belongs into no log.</summary>
    public string Text { get; }

    /// <summary>What messages and logs call it: the file, or database (and schema) and host, e.g. <c>accounting@db</c>.</summary>
    public string Name => server is null ? Text : ServerText.Describe(server);

    /// <summary>Whether it is a PostgreSQL database, which collectors on several hosts may share.</summary>
    public bool IsServer => server is not null;

    /// <summary>A file that holds the password of the database's user, and nothing else.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Whether an SQLite file may be on a network file system. Then no memory is shared between processes (no WAL), and only a lock keeps hosts apart.</summary>
    public bool AllowNetwork { get; init; }

    /// <summary>The time zone that the days of a store which is made here are of, by its name in the IANA's data base; null for UTC. One that is there has to have it.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The files that reaching a database server needs, absolute where they were written so: with its password, certificates and keys.</summary>
    public IReadOnlyList<string> Files =>
        [.. new[] { PasswordFile, server?.Passfile, server?.SslCertificate, server?.SslKey, server?.RootCertificate }.OfType<string>().Where(f => f.Length > 0)];

    /// <summary>Whether it says itself where a database's password is; else it comes from the environment or ~/.pgpass, if there is one.</summary>
    public bool HasPassword => PasswordFile is not null || server?.Passfile is { Length: > 0 };

    /// <summary>What of the way to reach it does nothing with such a store; null where all of it counts.</summary>
    public StoreMisfit? Misfit => (IsServer, PasswordFile, AllowNetwork) switch
    {
        (false, not null, _) => new(StoreMisfit.PasswordFile, "An SQLite file has no password: its owner and mode say who may use it. Leave the setting out, or name a PostgreSQL database."),
        (true, _, true) => new(StoreMisfit.AllowNetworkStore, "It is for an SQLite file. Leave the setting out: a database server is meant to be reached over the network."),
        _ => null,
    };

    /// <summary>
    /// Ends whatever is asked of the store within seconds, with an <see cref="OperationCanceledException"/>, also where the database
    /// does not answer; what was opened is of no use then.
    /// </summary>
    public CancellationToken Stop { get; init; }

    /// <summary>
    /// Whether a text is meant for a database server rather than a file: a URI, or keys of a connection string. A file with such a
    /// name is reached by one that begins with "./" or "/".
    /// </summary>
    public static bool NamesServer(string text) => ServerText.IsMeant(text);

    /// <summary>Reads what a user wrote.</summary>
    /// <param name="text">A file, or a connection string such as <c>Host=db;Database=accounting;Username=lsf</c>.</param>
    /// <param name="directory">What a relative file is relative to; the current directory where it is null.</param>
    /// <exception cref="NfsToolsException">It is meant for a server, and written wrong or with a password in it; the message shows no value of it.</exception>
    public static StoreAddress Parse(string text, string? directory = null) =>
        NamesServer(text) ? new StoreAddress(text.Trim().TrimEnd(';'), ServerText.Parse(text)) : OfFile(FilePath.Full(text, directory));

    /// <summary>An SQLite file, whatever its name looks like.</summary>
    /// <param name="path">The file, absolute.</param>
    public static StoreAddress OfFile(string path) => new(path, null);

    /// <summary>The same place, reached in a way of its own.</summary>
    /// <param name="passwordFile">See <see cref="PasswordFile"/>; null leaves it.</param>
    /// <param name="allowNetwork">See <see cref="AllowNetwork"/>.</param>
    public StoreAddress With(string? passwordFile, bool allowNetwork) => new(Text, server) { PasswordFile = passwordFile ?? PasswordFile, AllowNetwork = allowNetwork, TimeZone = TimeZone, Stop = Stop };

    /// <summary>The same place, with days of a time zone (<see cref="TimeZone"/>); null leaves it.</summary>
    /// <exception cref="NfsToolsException">There is no such zone on this host.</exception>
    public StoreAddress In(string? timeZone) =>
        new(Text, server) { PasswordFile = PasswordFile, AllowNetwork = AllowNetwork, TimeZone = timeZone is null ? TimeZone : DayCalendar.Of(timeZone).TimeZone, Stop = Stop };

    /// <summary>The same place, where nobody waits for an answer any more once it is to stop (<see cref="Stop"/>).</summary>
    public StoreAddress Until(CancellationToken stop) => new(Text, server) { PasswordFile = PasswordFile, AllowNetwork = AllowNetwork, TimeZone = TimeZone, Stop = stop };

    /// <summary>A place for another store beside this one: a file, or a schema of the same database.</summary>
    /// <param name="name">The file, absolute, or the schema.</param>
    internal StoreAddress Beside(string name)
    {
        if (server is null)
        {
            return new StoreAddress(name, null) { AllowNetwork = AllowNetwork, Stop = Stop };
        }

        var other = new NpgsqlConnectionStringBuilder(server.ConnectionString) { SearchPath = $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" };
        return new StoreAddress(other.ConnectionString, other) { PasswordFile = PasswordFile, Stop = Stop };
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The same, where it is there as far as can be told before it is opened.</summary>
    /// <exception cref="NfsToolsException">There is no such file.</exception>
    internal StoreAddress Existing() =>
        IsServer || NativeFile.Exists(Name) ? this : throw new NfsToolsException($"{Name}: there is no such store.", "Name the one that \"nfstools collect --store\" wrote.");

    internal StoreDatabase Connect(bool writes)
    {
        if (server is null)
        {
            var place = Place(writes);
            return new SqliteDatabase(Name, place.ResolvedPath, writes, place.Family != FileSystemFamily.Local);
        }

        if (PasswordFile is not { } file)
        {
            return new PostgresDatabase(Name, server, password: null, writes);
        }

        _ = ReadPassword(file);
        return new PostgresDatabase(Name, server, () => ReadPassword(file), writes);
    }

    private static string ReadPassword(string file)
    {
        try
        {
            return Encoding.UTF8.GetString(NativeFile.ReadAll(file, MostPasswordBytes)).TrimEnd('\r', '\n');
        }
        catch (IOException e)
        {
            throw new NfsToolsException($"{file}: the password cannot be read: {e.Message.TrimEnd('.')}.", "Name a regular file that this user may read: it is read anew for each connection.", e);
        }
    }

    // Where the file itself is: symbolic links may lead to another file system, and to one file from many names.
    private SharedFileSystem Place(bool writes)
    {
        var place = FileSystemLocator.Locate(Name, Patience);
        if (!place.Responds)
        {
            throw new StoreUnavailableException($"{Name}: its file system does not answer.", "Check the file server and the mount, or name a file on a local disk.");
        }

        if (writes && place.Mount.MountPoint == place.ResolvedPath)
        {
            throw new NfsToolsException($"{Name}: another file is mounted on this one (a bind mount), which keeps SQLite's journal apart from it.", "Name the file where it is, or mount its directory.");
        }

        if (place.Family == FileSystemFamily.Local || !writes || AllowNetwork)
        {
            return place;
        }

        throw new NfsToolsException(
            $"{Name}: this is on a network file system ({place.Type}, mounted on {place.Mount.MountPoint}), where SQLite's locks and shared memory do not hold hosts apart.",
            "Name a file on a local disk, or a PostgreSQL database; --allow-network-store uses it nevertheless, slower, under a lock of its own.");
    }
}
