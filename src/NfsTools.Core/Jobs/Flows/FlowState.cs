using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;
using NfsTools.Coordination;
using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Jobs.Flows;

/// <summary>
/// What is known of a flow's jobs from one run to the next, in a directory beside the flow: a database that says how each
/// stands, and for each attempt the stamps its inputs were to have, those its outputs were recorded with, and its log. Thread safe.
/// </summary>
internal sealed class FlowState : IDisposable
{
    private const int DirectoryMode = (int)(
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

    private readonly string directory;
    private readonly string file;
    private readonly SharedLock? hold;
    private readonly SqliteConnection connection;
    private readonly Lock gate = new();

    private FlowState(string directory, SharedLock? hold)
    {
        (this.directory, this.hold, file) = (directory, hold, FilePath.Resolve(Database(directory)));
        connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = SqliteName.Of(Database(directory)),
            Mode = hold is null ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        }.ToString());
        Guard(() =>
        {
            connection.Open();
            if (hold is not null)
            {
                // A write-ahead log is shared memory, which no other host would see.
                Execute(FileSystemLocator.Locate(directory).Family == FileSystemFamily.Local ? "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL" : "PRAGMA journal_mode = TRUNCATE");
                Execute(
                    """
                    CREATE TABLE IF NOT EXISTS job (
                      name TEXT PRIMARY KEY, attempt INTEGER NOT NULL, status INTEGER NOT NULL, definition TEXT NOT NULL, reason TEXT NOT NULL,
                      code INTEGER, started_at INTEGER NOT NULL, ended_at INTEGER
                    ) WITHOUT ROWID
                    """);
            }

            return 0;
        });
        OpenDatabases.Add(file);
    }

    /// <summary>A job as the database has it.</summary>
    /// <param name="Attempt">Counts its runs, from 1.</param>
    /// <param name="Status">Running, succeeded or failed.</param>
    /// <param name="Definition">Its definition's fingerprint then.</param>
    /// <param name="Reason">Why it ended so.</param>
    /// <param name="Code">Its exit code.</param>
    /// <param name="Elapsed">How long it ran; null while it does.</param>
    public sealed record Row(int Attempt, FlowJobStatus Status, string Definition, string Reason, int? Code, TimeSpan? Elapsed);

    /// <summary>Where a flow's state is.</summary>
    public static string DirectoryOf(JobFlow flow) => flow.Path + ".state";

    /// <summary>Opens the state of a flow to run it; nobody else can meanwhile.</summary>
    /// <exception cref="NfsToolsException">It cannot be opened or made, or the flow is being run.</exception>
    public static FlowState OpenToRun(JobFlow flow)
    {
        var directory = DirectoryOf(flow);
        if (JobFlow.Guard(() => FileStatus.Of(flow.Path)) is { Links: > 1 })
        {
            // The state beside one of its names keeps nobody from running it by another.
            throw new NfsToolsException($"{flow.Path}: the flow has another name as well, a hard link, by which it could be run at the same time.", "Make it a file of its own: cp it to a new name, and mv that over it.");
        }

        try
        {
            NativeFile.CreateDirectory(directory, DirectoryMode);
        }
        catch (IOException e)
        {
            throw new NfsToolsException($"{directory}: the flow's state cannot be kept: {e.Message.TrimEnd('.')}.", "The directory of the flow must be writable, and shared with the hosts it uses.", e);
        }

        RequireOwn(flow);

        // A flow on a file system without locks that reach other hosts is kept from being run twice on one host, at least.
        var hold = SharedLock.TryAcquire(Path.Join(directory, "lock"), out var holder, new LockOptions { Purpose = "running a flow", RequireReach = false })
            ?? throw new NfsToolsException($"{flow.Path}: the flow is being run by {LockHolder.Name(holder)}.", "Wait for its end, or end it.");
        try
        {
            return new FlowState(directory, hold);
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Opens the state of a flow to look at it; null where it was never run.</summary>
    /// <exception cref="NfsToolsException">It cannot be opened.</exception>
    public static FlowState? OpenToRead(JobFlow flow)
    {
        RequireOwn(flow);
        return NativeFile.Exists(Database(DirectoryOf(flow))) ? new FlowState(DirectoryOf(flow), hold: null) : null;
    }

    /// <summary>The stamps a job's inputs were to have.</summary>
    public string InputManifest(FlowJob job, int attempt) => FileOf(job.Name, attempt, "inputs.json");

    /// <summary>The stamps its outputs had when it had succeeded: there once it has.</summary>
    public string OutputManifest(FlowJob job, int attempt) => FileOf(job.Name, attempt, "outputs.json");

    /// <summary>The wrapper's report, of a job on another host.</summary>
    public string Report(FlowJob job, int attempt) => FileOf(job.Name, attempt, "report.json");

    /// <summary>What it wrote to its standard output and error.</summary>
    public string Log(FlowJob job, int attempt) => FileOf(job.Name, attempt, "log");

    /// <summary>Makes an attempt's log; what has its name already, a link for instance, is not written to.</summary>
    /// <exception cref="NfsToolsException">It cannot be made.</exception>
    public SafeFileHandle CreateLog(FlowJob job, int attempt)
    {
        var path = Log(job, attempt);
        try
        {
            NativeFile.Delete(path);
            return NativeFile.CreateHandle(path);
        }
        catch (IOException e)
        {
            throw new NfsToolsException($"{path}: the job's log cannot be written: {e.Message.TrimEnd('.')}.", "Check that its disk has room, and the owner and mode of the flow's state.", e);
        }
    }

    /// <summary>What a process of an attempt has in its environment.</summary>
    public string MarkOf(FlowJob job, int attempt) => FileOf(job.Name, attempt, "");

    /// <summary>All jobs that ever ran, by name.</summary>
    public Dictionary<string, Row> Read()
    {
        lock (gate)
        {
            return Guard(() =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = "SELECT name, attempt, status, definition, reason, code, ended_at - started_at FROM job";
                using var reader = command.ExecuteReader();
                var rows = new Dictionary<string, Row>(StringComparer.Ordinal);
                while (reader.Read())
                {
                    rows[reader.GetString(0)] = new Row(
                        reader.GetInt32(1), (FlowJobStatus)reader.GetInt32(2), reader.GetString(3), reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetInt32(5),
                        reader.IsDBNull(6) ? null : TimeSpan.FromMilliseconds(reader.GetInt64(6)));
                }

                return rows;
            });
        }
    }

    /// <summary>Notes that a job is run, before it is.</summary>
    /// <returns>Which attempt it is.</returns>
    public int Begin(FlowJob job, DateTimeOffset now)
    {
        lock (gate)
        {
            return Guard(() =>
            {
                using var command = connection.CreateCommand();
                command.CommandText =
                    """
                    INSERT INTO job VALUES ($name, 1, $running, $definition, '', NULL, $now, NULL)
                    ON CONFLICT (name) DO UPDATE SET attempt = attempt + 1, status = $running, definition = $definition, reason = '', code = NULL, started_at = $now, ended_at = NULL
                    RETURNING attempt
                    """;
                command.Parameters.AddWithValue("$name", job.Name);
                command.Parameters.AddWithValue("$running", (int)FlowJobStatus.Running);
                command.Parameters.AddWithValue("$definition", job.Definition);
                command.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
                return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
            });
        }
    }

    /// <summary>Notes how a job ended; what its earlier attempts left is removed when it has succeeded.</summary>
    public void End(FlowJob job, int attempt, FlowJobStatus status, string reason, int? code, DateTimeOffset now)
    {
        lock (gate)
        {
            Guard(() =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = "UPDATE job SET status = $status, reason = $reason, code = $code, ended_at = $now WHERE name = $name";
                command.Parameters.AddWithValue("$status", (int)status);
                command.Parameters.AddWithValue("$reason", reason);
                command.Parameters.AddWithValue("$code", (object?)code ?? DBNull.Value);
                command.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
                command.Parameters.AddWithValue("$name", job.Name);
                return command.ExecuteNonQuery();
            });
        }

        if (status == FlowJobStatus.Succeeded)
        {
            Remove(job, attempt - 1);
        }
    }

    /// <summary>The stamps of a manifest of this state; null where there is none.</summary>
    /// <exception cref="NfsToolsException">It cannot be read.</exception>
    public static ExpectedStamps? Stamps(string manifest, FreshStamps stamps) => stamps.Take(manifest).Exists ? new ExpectedStamps(StampManifest.Read(manifest, stamps)) : null;

    public void Dispose()
    {
        connection.Dispose();
        OpenDatabases.Remove(file);
        hold?.Dispose();
    }

    private static string Database(string directory) => Path.Join(directory, "state.db");

    // Where others may make files, in /tmp for instance, the state may have been put there by anybody, with links to files of
    // whoever runs the flow.
    private static void RequireOwn(JobFlow flow)
    {
        var directory = DirectoryOf(flow);
        var owner = JobFlow.Guard(() => FileStatus.Of(flow.Path))?.User;
        foreach (var path in new[] { directory, Database(directory) })
        {
            if (JobFlow.Guard(() => FileStatus.Of(path, follow: false)) is not { } status)
            {
                return;
            }

            var problem = status.IsLink ? "it is a symbolic link, which is not followed"
                : status.IsDirectory != (path == directory) || status is { IsDirectory: false, Links: > 1 } ? "it is no directory, or no file, of the flow's own"
                : status.User != Libc.EffectiveUser() && status.User != 0 && status.User != owner ? "it belongs to another user"
                : status.IsWorldWritable ? "everybody may write it" : null;
            if (problem is not null)
            {
                throw new NfsToolsException($"{path}: the flow's state is not used: {problem}.", "Look who made it; removed as a whole, the state is made anew, and every job runs again.");
            }
        }
    }

    private string FileOf(string job, int attempt, string kind) => Path.Join(directory, string.Create(CultureInfo.InvariantCulture, $"{job}@{attempt}.{kind}"));

    // Every attempt has begun with its inputs' stamps.
    private void Remove(FlowJob job, int attempt)
    {
        for (; NativeFile.Exists(InputManifest(job, attempt)); attempt--)
        {
            foreach (var file in new[] { OutputManifest(job, attempt), Report(job, attempt), Log(job, attempt), InputManifest(job, attempt) })
            {
                NativeFile.Delete(file);
            }
        }
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e)
        {
            throw new NfsToolsException($"{directory}: the flow's state cannot be used: {e.Message.TrimEnd('.')}.", "Check that its disk has room, how large files may be (ulimit -f), and its owner and mode; removed as a whole, it is made anew, and every job runs again.", e);
        }
    }
}
