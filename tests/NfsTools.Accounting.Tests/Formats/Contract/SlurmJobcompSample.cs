using System.Globalization;
using System.Text;

namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <summary>What jobcomp/filetxt writes, with names that hold keys, blanks and newlines.</summary>
/// <param name="seed">What the records are made of.</param>
public sealed class SlurmJobcompSample(int seed) : FormatSample
{
    private static readonly string[] Ends = ["COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "OUT_OF_MEMORY", "NODE_FAIL", "PENDING"];
    private static readonly string[] Names = ["sim", "two  blanks ", "Partition=x", " JobState=COMPLETED", "two\nlines", "", "né"];

    // Both changes to and from summer time.
    private static readonly long[] Starts = [1_711_800_000, 1_729_900_000];
    private readonly Random random = new(seed);
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich");
    private long made;

    /// <inheritdoc/>
    public override string Format => "slurm-jobcomp";

    /// <inheritdoc/>
    public override string? TimeZone => zone.Id;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Insertions { get; } =
        [" ", "\n", "\0", "\0\0\0", "JobId=7 UserId=", "\nJobId=7 UserId=u(1) GroupId=g(1) Name=", " JobState=COMPLETED Partition=p", " WorkDir=/ ReservationName=", " QOS=q WcKey=", " Cluster=", "ExitCode=0:0 \n", "\r", "99999999999999999999", "=", "é", "Unknown", "T02:30:00"];

    /// <inheritdoc/>
    public override SampleRecord Next()
    {
        var job = ++made;
        var submitted = Valid(Starts[job % Starts.Length] + random.Next(86400) + job);
        var (started, ended) = (Valid(submitted + random.Next(3600)), Valid(submitted + 3600 + random.Next(86400)));
        var (element, cpus) = (random.Next(3) == 0 ? random.Next(1, 100) : 0, random.Next(1, 65));
        var array = element > 0 ? $" ArrayJobId={job} ArrayTaskId={element}" : "";
        var resources = random.Next(2) == 0 ? "Gres=gpu:2" : $"Tres=cpu={cpus},mem=1536M,node=2,billing={cpus},gres/gpu=2";
        var line = $"JobId={(element > 0 ? job + 1000 : job)} UserId=user{random.Next(9)}({random.Next(1000, 1009)}) GroupId=domain users(100) Name={Names[random.Next(Names.Length)]} "
            + $"JobState={Ends[random.Next(Ends.Length)]} Partition=p{random.Next(3)} TimeLimit={(random.Next(2) == 0 ? "UNLIMITED" : "2880")} StartTime={Local(started)} EndTime={Local(ended)} "
            + $"NodeList=n[01-02] NodeCnt=2 ProcCnt={cpus} WorkDir=/home/a b ReservationName= {resources} Account=a{random.Next(5)} QOS=normal WcKey=* Cluster=bed "
            + $"SubmitTime={Local(submitted)} EligibleTime={Local(submitted)}{array} DerivedExitCode=0:0 ExitCode={(random.Next(4) == 0 ? "0:9" : "0:0")} \n";
        return new SampleRecord(Encoding.UTF8.GetBytes(line), SampleRecord.KeyOf(job, element, submitted, ended));
    }

    // What an hour that comes twice is read as is for the format's own tests.
    private long Valid(long seconds) => zone.IsAmbiguousTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(seconds), zone)) ? seconds + 7200 : seconds;

    private string Local(long seconds) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(seconds), zone).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
}
