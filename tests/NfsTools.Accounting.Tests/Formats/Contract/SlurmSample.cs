using System.Globalization;
using System.Text;

namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <summary>What sacct prints: with a header in another order in each file, the id first, or without in Open XDMoD's layout.</summary>
/// <param name="seed">What the records are made of.</param>
public sealed class SlurmSample(int seed) : FormatSample
{
    private const string Header = "JobID|JobIDRaw|Cluster|Partition|QOS|Account|Group|GID|User|UID|Submit|Eligible|Start|End|Elapsed|ExitCode|State|NNodes|NCPUS|ReqCPUS|ReqMem|ReqTRES|AllocTRES|Timelimit|NodeList|JobName";
    private static readonly string[] Ends = ["COMPLETED", "FAILED", "CANCELLED by 1000", "TIMEOUT", "OUT_OF_MEMORY", "NODE_FAIL", "REQUEUED"];

    // Both changes to and from summer time.
    private static readonly long[] Starts = [1_711_800_000, 1_729_900_000];
    private readonly Random random = new(seed);
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich");
    private string[] columns = Header.Split('|');
    private bool isClosed;
    private long made;

    /// <inheritdoc/>
    public override string Format => "slurm";

    /// <inheritdoc/>
    public override string? TimeZone => zone.Id;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Insertions { get; } = ["|", "||", "\n", "\0", "\0\0\0", "\n7|", "|COMPLETED|", "\n1.batch|", " ", Header + "\n", "\r", "99999999999999999999", "-", "é", "[1-999999999]", "Unknown", "T02:30:00"];

    /// <inheritdoc/>
    public override byte[] Begin()
    {
        columns = Header.Split('|');
        isClosed = false;
        if (random.Next(3) == 0)
        {
            return [];
        }

        isClosed = random.Next(2) == 0;
        random.Shuffle(columns.AsSpan(1));
        return Encoding.UTF8.GetBytes(Row(columns));
    }

    /// <inheritdoc/>
    public override SampleRecord Next()
    {
        var job = ++made;
        var submitted = Valid(Starts[job % Starts.Length] + random.Next(86400) + job);
        var (started, ended) = (Valid(submitted + random.Next(3600)), Valid(submitted + 3600 + random.Next(86400)));
        var element = random.Next(3) == 0 ? random.Next(1, 100) : 0;
        var (cpus, kind) = (random.Next(1, 65), random.Next(20));
        var values = new Dictionary<string, string>
        {
            ["JobID"] = element > 0 ? $"{job}_{element}" : $"{job}",
            ["JobIDRaw"] = $"{job}",
            ["Cluster"] = "bed",
            ["Partition"] = $"p{random.Next(3)}",
            ["QOS"] = "normal",
            ["Account"] = $"a{random.Next(5)}",
            ["Group"] = "users",
            ["GID"] = "100",
            ["User"] = $"user{random.Next(9)}",
            ["UID"] = $"{random.Next(1000, 1009)}",
            ["Submit"] = Local(submitted),
            ["Eligible"] = Local(submitted),
            ["Start"] = Local(started),
            ["End"] = Local(ended),
            ["Elapsed"] = Duration(ended - started),
            ["ExitCode"] = random.Next(4) == 0 ? "0:9" : "0:0",
            ["State"] = Ends[random.Next(Ends.Length)],
            ["NNodes"] = "2",
            ["NCPUS"] = $"{cpus}",
            ["ReqCPUS"] = $"{cpus}",
            ["ReqMem"] = "1.50G",
            ["ReqTRES"] = $"billing={cpus},cpu={cpus},gres/gpu=2,mem=1536M,node=2",
            ["AllocTRES"] = $"billing={cpus},cpu={cpus},gres/gpu:a100=2,gres/gpu=2,mem=1536M,node=2",
            ["Timelimit"] = random.Next(2) == 0 ? "UNLIMITED" : "2-00:00:00",
            ["NodeList"] = "n[01-02]",
            ["JobName"] = random.Next(5) == 0 ? "a|b|" : $"n?me {random.Next(1000)}",
        };
        if (kind == 0)
        {
            (values["JobID"], values["User"], values["ReqMem"]) = ($"{job}.batch", "", "");
        }
        else if (kind == 1)
        {
            (values["End"], values["State"]) = ("Unknown", "RUNNING");
        }

        return new SampleRecord(Encoding.UTF8.GetBytes(Row(columns.Select(c => values[c]))), kind > 1 ? SampleRecord.KeyOf(job, element, submitted, ended) : null);
    }

    private static string Duration(long seconds) => string.Create(CultureInfo.InvariantCulture, $"{(seconds >= 86400 ? $"{seconds / 86400}-" : "")}{TimeSpan.FromSeconds(seconds % 86400):hh\\:mm\\:ss}");

    private string Row(IEnumerable<string> fields) => string.Join('|', fields) + (isClosed ? "|\n" : "\n");

    // What an hour that comes twice is read as is for the format's own tests.
    private long Valid(long seconds) => zone.IsAmbiguousTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(seconds), zone)) ? seconds + 7200 : seconds;

    private string Local(long seconds) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(seconds), zone).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
}
