using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;
using NfsTools.Accounting.Store.Sqlite;
using NfsTools.Watching;

namespace NfsTools.Accounting.Store;

/// <summary>
/// A database of accounting records: an SQLite file, or a PostgreSQL database that several nodes share. A connection that was lost
/// is opened again by the next call. Not thread safe; open it once for each thread.
/// </summary>
public sealed partial class AccountingStore : IDisposable
{
    // Jobs that are read at once.
    private const int Chunk = 256;

    // What a database that answers needs to end what it is at, and to give a lease back.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    private readonly StoreDatabase database;
    private readonly TimeProvider time;
    private readonly bool writes;
    private readonly bool collects;
    private readonly bool rebuilds;
    private StoreWriter? writer;
    private FollowedRecords? followed;
    private StoreHold? held;
    private Task? left;

    private AccountingStore(StoreAddress address, bool writes, bool collects, TimeProvider? time, bool rebuilds = false) =>
        (Address, database, this.writes, this.collects, this.time, this.rebuilds) = (address, address.Connect(writes), writes, collects, time ?? TimeProvider.System, rebuilds);

    /// <summary>Where the store is.</summary>
    public StoreAddress Address { get; }

    /// <inheritdoc cref="StoreAddress.Name"/>
    public string Name => Address.Name;

    /// <summary>Opens the store to write into it; creates it, readable by its owner alone where it is a file.</summary>
    /// <param name="store">An SQLite file, or a connection string such as <c>Host=db;Database=accounting</c>.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="NfsToolsException">It cannot be opened, belongs to another program or is of another version.</exception>
    public static AccountingStore OpenToWrite(string store, TimeProvider? time = null) => OpenToWrite(StoreAddress.Parse(store), time);

    /// <inheritdoc cref="OpenToWrite(string, TimeProvider?)"/>
    public static AccountingStore OpenToWrite(StoreAddress store, TimeProvider? time = null) => Open(store, writes: true, collects: false, time);

    /// <summary>Opens the store for a collector, as <see cref="OpenToWrite(StoreAddress, TimeProvider?)"/> does, but takes it first: one that another collector has is left as it is.</summary>
    /// <inheritdoc cref="OpenToWrite(StoreAddress, TimeProvider?)" path="/param"/>
    /// <exception cref="NfsToolsException">It cannot be opened, belongs to another program, is of another version, or another collector is at work on it.</exception>
    public static AccountingStore OpenToCollect(StoreAddress store, TimeProvider? time = null) => Open(store, writes: true, collects: true, time);

    /// <summary>Opens a store that is there to rebuild it, of whatever version can be, and takes it as a collector does.</summary>
    /// <exception cref="NfsToolsException">It is not there, cannot be opened, or another collector is at work on it.</exception>
    internal static AccountingStore OpenToRebuild(StoreAddress store, TimeProvider? time = null) => Opened(new AccountingStore(store.Existing(), writes: true, collects: true, time, rebuilds: true));

    /// <summary>Names a store for a collector, which takes it and opens it to write when it needs it, and waits while it cannot be opened.</summary>
    /// <param name="store">The store.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="NfsToolsException">The file is on a network file system, or a password file cannot be read.</exception>
    public static AccountingStore OpenLater(StoreAddress store, TimeProvider? time = null) => new(store, writes: true, collects: true, time);

    /// <summary>
    /// Takes the store for the collector that is about to begin, as it would itself, and sees that it can be used. A database that
    /// is away can: the collector waits for it.
    /// </summary>
    /// <exception cref="NfsToolsException">It cannot be opened, belongs to another program, is of another version, or another collector is at work on it.</exception>
    public void HoldToCollect()
    {
        try
        {
            Guard(() => true);
        }
        catch (StoreUnavailableException) when (IsShared)
        {
            // It is opened by the next call.
        }
    }

    /// <summary>Opens the store to read from it, also while a collector writes.</summary>
    /// <param name="store">An SQLite file, or a connection string such as <c>Host=db;Database=accounting</c>.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="NfsToolsException">It is not there, cannot be opened or is no store.</exception>
    public static AccountingStore OpenToRead(string store, TimeProvider? time = null) => OpenToRead(StoreAddress.Parse(store), time);

    /// <inheritdoc cref="OpenToRead(string, TimeProvider?)"/>
    public static AccountingStore OpenToRead(StoreAddress store, TimeProvider? time = null) => Open(store.Existing(), writes: false, collects: false, time);

    /// <summary>How far a store has read each log, for who reads on; where several clusters have a generation, by the one that has read least of it.</summary>
    /// <exception cref="NfsToolsException">The store is not there, cannot be opened or is none.</exception>
    public static IReadOnlyList<LogGeneration> PositionsIn(StoreAddress store)
    {
        using var open = OpenToRead(store);
        return [.. open.Guard(() => StoreQuery.LoadGenerations(open.database)).Where(g => !PipelineLog.Is(g.Fingerprint) && !CommandLog.Is(g.Fingerprint)).GroupBy(g => (g.Fingerprint, g.Variant)).Select(same => same.MinBy(g => g.Position)!)];
    }

    /// <summary>The jobs a filter lets through, in the order of their ends.</summary>
    /// <exception cref="NfsToolsException">The database cannot be read.</exception>
    public IEnumerable<JobRecord> Query(JobFilter filter)
    {
        var rows = StoreQuery.Jobs(database, filter, new KeptLog(Address)).Chunk(Chunk).GetEnumerator();
        try
        {
            while (Guard(rows.MoveNext))
            {
                foreach (var job in rows.Current)
                {
                    yield return job;
                }
            }
        }
        finally
        {
            if (left is null)
            {
                Guard(rows.Dispose);
            }
        }
    }

    /// <summary>The same jobs with every field of their lines, as their formats have them, read again from the kept bytes.</summary>
    /// <exception cref="NfsToolsException">The database cannot be read, or does not hold the bytes.</exception>
    public IEnumerable<JobRecord> QueryAllFields(JobFilter filter) => Query(filter).Cast<StoredJob>().Select(job => job.AllFields());

    /// <summary>The days of the store, of the time zone that was chosen when it was made, or by a rebuild.</summary>
    /// <exception cref="NfsToolsException">The database cannot be read.</exception>
    public DayCalendar Calendar => Guard(Days);

    /// <summary>The metrics of the jobs a filter lets through, one for each combination of the keys; one in all without keys.</summary>
    /// <param name="filter">Which jobs.</param>
    /// <param name="by">What they are grouped by.</param>
    /// <param name="basis">Whether whole jobs count when they ended, or what they used in the time asked about.</param>
    /// <exception cref="NfsToolsException">The database cannot be read.</exception>
    public IReadOnlyList<JobMetrics> Report(JobFilter filter, IReadOnlyList<GroupKey> by, MeasureBasis basis = MeasureBasis.Ended) => Guard(() =>
    {
        Days();
        return StoreReport.Of(database, filter, by, basis);
    });

    /// <summary>Proves that every byte of every generation is accounted for, and that everything in the store is what follows from these bytes, or says what is not.</summary>
    /// <param name="quick">Only count: that each byte is accounted for once, and that the roll-up equals the jobs. Nothing is unpacked and read again.</param>
    /// <exception cref="NfsToolsException">The database cannot be read.</exception>
    public StoreVerification Verify(bool quick = false) => Guard(() =>
    {
        Days();
        return StoreVerifier.Verify(database, quick);
    });

    /// <summary>Writes kept bytes as they stood in the log, generation after generation in the order in which they were found, as they are at one moment.</summary>
    /// <param name="what">Which.</param>
    /// <param name="target">Where they go.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="NfsToolsException">The database cannot be read, some bytes are not what was kept, or there is no such generation.</exception>
    /// <exception cref="IOException">They cannot be written.</exception>
    public long Export(LogExport what, Stream target, CancellationToken cancellation = default) => Guard(() =>
    {
        using var snapshot = database.BeginSnapshot();
        var written = 0L;
        foreach (var (generation, from, to) in what.Spans(database))
        {
            foreach (var (_, bytes) in StoreSegments.Read(database, generation, from, to))
            {
                cancellation.ThrowIfCancellationRequested();
                target.Write(bytes.Span);
                written += bytes.Length;
            }
        }

        return written;
    });

    /// <summary>What was read of each generation.</summary>
    /// <exception cref="NfsToolsException">The database cannot be read.</exception>
    public IReadOnlyList<GenerationStatus> Generations() => Guard(() => StoreQuery.Generations(database));

    /// <summary>What could not be read, oldest first.</summary>
    /// <exception cref="NfsToolsException">The database cannot be read.</exception>
    public IReadOnlyList<RejectedRecord> Rejects() => Guard(() => StoreQuery.Rejects(database));

    /// <summary>The collectors that use the store, who is active first; those that ended in order are shown until their hosts start others.</summary>
    /// <exception cref="NfsToolsException">The database cannot be read.</exception>
    public IReadOnlyList<CollectorNode> Nodes() => Guard(() => StoreNodes.All(database));

    /// <summary>
    /// Stores records from a pipeline. A record the store has already is passed over, so adding the same records again changes
    /// nothing. Records of a followed log (<see cref="LogLineReader"/>) that go on where the store is move the log's position
    /// with them, in one transaction.
    /// </summary>
    /// <param name="records">The records, each with its cluster, in their order.</param>
    /// <param name="conflicts">Receives records whose key another record in the store has: they are not stored, or as rejects of their log.</param>
    /// <returns>How many records were new.</returns>
    /// <exception cref="NfsToolsException">The database cannot be written; what was not stored can be added again.</exception>
    public long Add(IReadOnlyCollection<AccountingRecord> records, ICollection<AccountingRecord> conflicts) => (followed ??= new FollowedRecords(this)).Add(records, conflicts);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (left is not null)
        {
            left.ContinueWith(_ => End(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        else
        {
            End();
        }
    }

    /// <summary>Accepts that what is missing of generations is lost, for good or until they are found again.</summary>
    /// <param name="generations">Their numbers.</param>
    /// <exception cref="NfsToolsException">One of them is not missing, and nothing was accepted; or the database cannot be written.</exception>
    public void AcceptMissing(IReadOnlyCollection<long> generations) => Guard(() => Writer().AcceptMissing(generations));

    private static AccountingStore Open(StoreAddress address, bool writes, bool collects, TimeProvider? time) => Opened(new AccountingStore(address, writes, collects, time));

    private static AccountingStore Opened(AccountingStore store)
    {
        try
        {
            return store.Guard(() => store);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private void End()
    {
        // What closing it writes is still for one alone to write.
        Close();
        database.Dispose();
        LetGo();
    }

    // Those that it has now: a rebuild may have changed them.
    private DayCalendar Days() => database.Calendar = StoreCalendar.Read(database);

    private StoreWriter Writer()
    {
        if (writer is { IsOutdated: true })
        {
            Forget();
        }

        if (writer is null)
        {
            // Since it was opened it may have been rebuilt: into another version, or for other days.
            Prepare(create: false);
            writer = database.CreateWriter();
        }

        return writer;
    }
}
