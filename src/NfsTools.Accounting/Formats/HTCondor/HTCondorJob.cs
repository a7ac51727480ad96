using System.Buffers.Text;
using System.Globalization;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.HTCondor;

/// <summary>
/// A job that left HTCondor's queue (HTCondor manual, "Job ClassAd Attributes"). Its start and end are those of its last run: what the
/// runs before it took is only in the sums of all runs, such as <see cref="WallSeconds"/>.
/// </summary>
public sealed class HTCondorJob : JobRecord
{
    internal const string Type = "Job";

    private const long ParallelUniverse = 11;
    private const long MostNodes = 1 << 20;
    private const long MostCpus = 1 << 20;
    private const string ProvisionedEnding = "Provisioned";

    [ThreadStatic]
    private static TextPool<string>? shared;

    private static readonly HTCondorKey[] Times =
        [HTCondorKey.QDate, HTCondorKey.JobStartDate, HTCondorKey.JobCurrentStartDate, HTCondorKey.CompletionDate, HTCondorKey.EnteredCurrentStatus];

    private readonly HTCondorAd ad;
    private readonly long end;
    private byte[]? hosts;

    private HTCondorJob(HTCondorAd ad, long end) => (this.ad, this.end, ContentHash) = (ad, end, ad.Hash);

    /// <summary>The job's id, <c>Cluster.Proc</c>.</summary>
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{JobId}.{ArrayIndex}");

    /// <summary>The id with the schedd's name, e.g. <c>submit.example.org#12.3#1721030000</c> (GlobalJobId).</summary>
    public string? GlobalJobId => Text(HTCondorKey.GlobalJobId);

    /// <summary>How it was run (JobUniverse), e.g. 5 for vanilla, 7 for scheduler, 9 for grid, 11 for parallel.</summary>
    public long? Universe => ad.Integer(HTCondorKey.JobUniverse);

    /// <summary>When it came into its last status, 4 for completed and 3 for removed (EnteredCurrentStatus).</summary>
    public DateTimeOffset? StatusTime => ad.Time(HTCondorKey.EnteredCurrentStatus) is { } time ? Nearest(time) : null;

    /// <summary>How often it was started (NumJobStarts).</summary>
    public long? RunCount => ad.Count(HTCondorKey.NumJobStarts);

    /// <summary>How long it had machines in all of its runs, suspensions included, in seconds (RemoteWallClockTime).</summary>
    public double? WallSeconds => ad.Seconds(HTCondorKey.RemoteWallClockTime);

    /// <summary>The same times the weights of the slots, in seconds (CumulativeSlotTime).</summary>
    public double? CumulativeSlotSeconds => ad.Seconds(HTCondorKey.CumulativeSlotTime);

    /// <summary>User CPU time of all of its runs, in seconds (CumulativeRemoteUserCpu).</summary>
    public double? CumulativeUserCpuSeconds => ad.Seconds(HTCondorKey.CumulativeRemoteUserCpu);

    /// <summary>System CPU time of all of its runs, in seconds (CumulativeRemoteSysCpu).</summary>
    public double? CumulativeSystemCpuSeconds => ad.Seconds(HTCondorKey.CumulativeRemoteSysCpu);

    /// <summary>
    /// What its slot had of each resource: the attributes that end in <c>Provisioned</c>, by what is before it, e.g. <c>Cpus</c>,
    /// <c>Memory</c> in MiB, <c>Disk</c> in KiB, <c>GPUs</c>.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Provisioned => Attributes
        .Where(a => a.Key.Length > ProvisionedEnding.Length && a.Key.EndsWith(ProvisionedEnding, StringComparison.OrdinalIgnoreCase))
        .ToDictionary(a => a.Key[..^ProvisionedEnding.Length], a => a.Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// All attributes. A value is text, a whole number, a number, true or false, null for <c>undefined</c>, a list, or the attributes of a
    /// nested ad; any other expression is text as condor_history(1) -json has it: <c>/Expr(RequestCpus * 2)/</c>.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Attributes => ad.Attributes();

    internal override long ContentHash { get; }

    internal HTCondorAd Ad => ad;

    /// <summary>When its last run ended, in seconds since 1970.</summary>
    internal long End => end;

    /// <summary>When its last run started; null where it never ran.</summary>
    internal long? Start => HTCondorStatus.StartOf(ad) is { } start && start <= end ? start : null;

    /// <summary>The slots of a parallel job's nodes, each of as many cores; 1 of any other job.</summary>
    internal long NodeSlots =>
        ad.Integer(HTCondorKey.JobUniverse) == ParallelUniverse && ad.Integer(HTCondorKey.MaxHosts) is > 0 and <= MostNodes and var nodes ? nodes : 1;

    /// <summary>Cores held in a slot.</summary>
    internal long? SlotCpus =>
        ad.Integer(HTCondorKey.CpusProvisioned) is > 0 and <= MostCpus and var given ? given
        : ad.Integer(HTCondorKey.RequestCpus) is > 0 and <= MostCpus and var asked ? asked : null;

    internal ReadOnlySpan<byte> HostText =>
        hosts ??= HTCondorHosts.Of(ad.Utf8(NodeSlots > 1 && ad.Has(HTCondorKey.AllRemoteHosts) ? HTCondorKey.AllRemoteHosts : HTCondorKey.LastRemoteHost), SlotCpus ?? 1);

    internal static ParseResult Parse(ReadOnlyMemory<byte> frame)
    {
        var ad = new HTCondorAd(frame);
        if (Misfit(ad) is { } misfit)
        {
            ad.LetGo();
            return new(null, misfit);
        }

        return HTCondorStatus.EndOf(ad) is { } end
            ? new(new HTCondorJob(ad, end), null) : new(null, "it has no CompletionDate and no EnteredCurrentStatus");
    }

    internal override void LetGo() => ad.LetGo();

    internal override long? Integer(JobColumn column) => HTCondorColumns.Integers[column.Index]?.Invoke(this);

    internal override double? Real(JobColumn column) => HTCondorColumns.Reals[column.Index] is { } key ? ad.Seconds(key) : null;

    internal override string? Text(JobColumn column) => Utf8(column) switch
    {
        { IsEmpty: true } => null,
        var text when column.Kind == ColumnKind.FreeText => LogText.Decode(text),
        var text => Shared(text),
    };

    internal override ReadOnlySpan<byte> Utf8(JobColumn column) => HTCondorColumns.Texts[column.Index] is { } text ? text(this) : [];

    // Why it is no job that left the queue; null where it is one.
    private static string? Misfit(HTCondorAd ad)
    {
        if (ad.Lines.IsEmpty)
        {
            return "it is no line of an ad: Attr = expr, or a banner behind such lines";
        }

        if (ad.HasOther)
        {
            return "a line of it is not Attr = expr";
        }

        var (cluster, proc) = (ad.Integer(HTCondorKey.ClusterId), ad.Integer(HTCondorKey.ProcId));
        if (cluster is not >= 0 || proc is not >= 0)
        {
            return "it has no ClusterId and ProcId";
        }

        if (ad.Integer(HTCondorKey.JobStatus) is not (HTCondorStatus.Removed or HTCondorStatus.Completed) and var status)
        {
            return $"its JobStatus is {status?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}: only 3 (removed) and 4 (completed) are of jobs that left the queue";
        }

        foreach (var key in Times)
        {
            if (ad.IsDamaged(key))
            {
                return $"{key} is no time of the years 1970 to 9999 in seconds";
            }
        }

        return ad.Time(HTCondorKey.QDate) is null ? "it has no QDate" : MisfitOfEnd(ad, cluster, proc);
    }

    private static string? MisfitOfEnd(HTCondorAd ad, long? cluster, long? proc)
    {
        if (!ad.Ending.StartsWith(HTCondorLines.BannerBegin))
        {
            return HTCondorCut.IsWhole(ad) ? null : "it has no banner behind it and may not be whole: its attributes are not sorted, or there is no User";
        }

        // Banners of old versions have nothing in them.
        return ad.Ending.TrimEnd("\r\n"u8).Length == HTCondorLines.BannerBegin.Length
            || (NumberIn(ad.Ending, " ClusterId = "u8) == cluster && NumberIn(ad.Ending, " ProcId = "u8) == proc)
            ? null
            : "its banner is that of another job, or damaged";
    }

    private static long? NumberIn(ReadOnlySpan<byte> banner, ReadOnlySpan<byte> key) =>
        banner.IndexOf(key) is var at && at >= 0 && Utf8Parser.TryParse(banner[(at + key.Length)..], out long value, out _) ? value : null;

    private static string Shared(ReadOnlySpan<byte> text)
    {
        shared ??= new TextPool<string>();
        if (!shared.TryGet(text, out var value))
        {
            value = LogText.Decode(text);
            shared.Set(text, value);
        }

        return value;
    }

    private string? Text(HTCondorKey key) => ad.Utf8(key) is { IsEmpty: false } text ? LogText.Decode(text) : null;
}
