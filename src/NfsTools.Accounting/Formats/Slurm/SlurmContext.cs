using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>Which columns the rows of a log of sacct have, and the time zone of their times.</summary>
internal sealed class SlurmContext : LogContext
{
    private static readonly Dictionary<string, SlurmShape> Shapes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["JobID"] = SlurmShape.Id, ["State"] = SlurmShape.State, ["ExitCode"] = SlurmShape.Exit, ["DerivedExitCode"] = SlurmShape.Exit,
        ["Timelimit"] = SlurmShape.Limit, ["CPU"] = SlurmShape.Cpu, ["CPUTimeRAW"] = SlurmShape.Whole,
    };

    private readonly int[] places = new int[Enum.GetValues<SlurmColumn>().Length];

    static SlurmContext()
    {
        Add(SlurmShape.Free, "JobName", "Comment", "AdminComment", "SystemComment", "SubmitLine", "WorkDir", "Container", "Constraints", "Licenses", "Extra", "StdIn", "StdOut", "StdErr");
        Add(SlurmShape.Time, "Submit", "Eligible", "Start", "End");
        Add(SlurmShape.Duration, "Elapsed", "UserCPU", "SystemCPU", "TotalCPU", "Suspended", "CPUTime");
        Add(SlurmShape.Whole, "ArrayJobID", "ArrayTaskID", "HetJobID", "HetJobOffset", "ElapsedRaw", "NCPUS", "AllocCPUS", "ReqCPUS", "NNodes", "AllocNodes", "UID", "GID", "TimelimitRaw", "ConsumedEnergyRaw");
        Add(SlurmShape.Amount, "ReqMem", "MaxRSS", "AveRSS", "MaxVMSize", "ConsumedEnergy");
    }

    /// <param name="head">The header line; empty where the columns are known without one.</param>
    /// <param name="settings">What is said of the log.</param>
    /// <param name="names">The columns' names, in the order of the rows; one that comes again is of no more use.</param>
    /// <param name="isClosed">Each row ends in a separator (--parsable).</param>
    public SlurmContext(ReadOnlyMemory<byte> head, LogSettings settings, string[] names, bool isClosed = false)
        : base(head, settings)
    {
        (Names, IsClosed) = (names, isClosed);
        ShapeOf = [.. names.Select(n => Shapes.GetValueOrDefault(n))];
        FreeColumns = ShapeOf.Count(s => s == SlurmShape.Free);
        LastFree = Array.LastIndexOf(ShapeOf, SlurmShape.Free);
        Zone = LocalTime.Of(settings.TimeZone ?? "UTC");
        Array.Fill(places, -1);
        foreach (var column in Enum.GetValues<SlurmColumn>())
        {
            places[(int)column] = Array.FindIndex(names, n => n.Equals(column.ToString(), StringComparison.OrdinalIgnoreCase));
        }
    }

    /// <summary>The columns' names.</summary>
    public string[] Names { get; }

    /// <summary>Each row ends in a separator.</summary>
    public bool IsClosed { get; }

    /// <summary>The columns' shapes.</summary>
    public SlurmShape[] ShapeOf { get; }

    /// <summary>How many columns users fill with what they like.</summary>
    public int FreeColumns { get; }

    /// <summary>The last one of them; -1 for none.</summary>
    public int LastFree { get; }

    /// <summary>The time zone of the rows' times: UTC where none was named, as in JSON.</summary>
    public LocalTime Zone { get; }

    /// <summary>Where a column stands in a row; -1 where there is none.</summary>
    public int this[SlurmColumn column] => places[(int)column];

    /// <summary>The columns that a header names.</summary>
    public static SlurmContext Of(ReadOnlySpan<byte> header, LogSettings settings)
    {
        var closed = header.EndsWith(SlurmHead.Separator);
        return new SlurmContext((byte[])[.. header, (byte)'\n'], settings, Encoding.ASCII.GetString(closed ? header[..^1] : header).Split((char)SlurmHead.Separator), closed);
    }

    private static void Add(SlurmShape shape, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            Shapes.Add(name, shape);
        }
    }
}
