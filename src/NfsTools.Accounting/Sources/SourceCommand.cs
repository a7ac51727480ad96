using System.Globalization;
using NfsTools.Jobs;

namespace NfsTools.Accounting.Sources;

/// <summary>
/// A command that answers with the records of jobs that ended within a time, and is asked again and again: for schedulers that keep their
/// accounting in a database. No shell reads it.
/// </summary>
public sealed record SourceCommand
{
    /// <summary>What a word may hold in place of the first second that is asked about, as 2024-01-31T23:59:59 in the source's time zone.</summary>
    public const string SinceMark = "{since}";

    /// <summary>The same for the last second.</summary>
    public const string UntilMark = "{until}";

    /// <summary>What <see cref="Since"/> is, for who is asked for it.</summary>
    public const string SinceHelp = "With a command: ask for jobs that ended since then, e.g. 2026-01-01. Default: all that the scheduler knows of.";

    /// <summary>The shortest time between two questions, and for an answer, in seconds.</summary>
    public const double LeastSeconds = 1;

    /// <summary>The longest time between two questions, and for an answer, in seconds: a day.</summary>
    public const double MostSeconds = 86_400;

    /// <summary>The longest lag, in seconds: 30 days.</summary>
    public const double MostLagSeconds = 30 * 86_400;

    private const string SinceNumberMark = "{since:unix}";
    private const string UntilNumberMark = "{until:unix}";

    private const string JobsMark = "{jobs}";

    // Columns and options that have been there for long. Of Slurm none holds what users write, such as a job's name: nothing in an answer is
    // escaped, and a name with a newline could be a row that Slurm never wrote. What sacct adds up over a job's steps, such as CPU time, lacks
    // the steps that ended before the time asked about (its step query, seen with 22.05): so it is asked which jobs ended in the time, and
    // then about these jobs whatever the time.
    private static readonly Dictionary<string, SourceCommand> Known = new()
    {
        ["sacct"] = new("sacct", "slurm", "UTC", [
            "sacct", "--allusers", "--duplicates", "--parsable2", $"--jobs={JobsMark}",
            "--format=JobIDRaw,JobID,Cluster,Partition,QOS,Account,Group,User,UID,Submit,Eligible,Start,End,ElapsedRaw,Suspended,UserCPU,SystemCPU,TotalCPU,MaxRSS,AveRSS,"
            + "AllocCPUS,ReqCPUS,NNodes,NodeList,ReqMem,ReqTRES,AllocTRES,Timelimit,Reservation,ConsumedEnergyRaw,Reason,ExitCode,State",
        ])
        {
            Listing = [
                "sacct", "--allusers", "--allocations", "--duplicates", "--parsable2", $"--starttime={SinceMark}", $"--endtime={UntilMark}",
                "--state=BF,CA,CD,DL,F,NF,OOM,PR,RQ,RS,RV,TO", $"--format={ListedJobs.Heading}",
            ],
        },

        // A job comes into the history when it leaves the queue, which is when it took on its last status, or later.
        ["condor_history"] = new("condor_history", "htcondor", null, [
            "condor_history", "-long", "-constraint", $"EnteredCurrentStatus >= {SinceNumberMark} && EnteredCurrentStatus <= {UntilNumberMark}",
        ]),
    };

    private SourceCommand(string name, string? format, string? timeZone, IReadOnlyList<string> words) => (Name, Format, TimeZone, Words) = (name, format, timeZone, words);

    /// <summary>The commands that need only be named: <c>sacct</c>, <c>condor_history</c>.</summary>
    public static IReadOnlyList<string> Kinds => [.. Known.Keys];

    /// <summary>What it is called: its kind, or its words.</summary>
    public string Name { get; }

    /// <summary>The program, searched in PATH where it has no slash, and its arguments.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The first time that is asked about.</summary>
    public DateTimeOffset Since { get; init; } = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How often it is asked.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long after a job's end, or after the scheduler's database was away, the job may be missing in the answers, with what clocks differ by: what ended within
    /// that time is asked about again.
    /// </summary>
    public TimeSpan Lag { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The format of its answers; null where it is to be named.</summary>
    internal string? Format { get; }

    /// <summary>What is asked first for the jobs that ended within the time (<see cref="ListedJobs"/>); null where the command itself is asked about a time.</summary>
    internal IReadOnlyList<string>? Listing { get; private init; }

    /// <summary>The time zone of the times in its answers, which it is started with; null where it is to be named.</summary>
    internal string? TimeZone { get; }

    /// <summary>A command that is known by its name.</summary>
    /// <exception cref="NfsToolsException">None of <see cref="Kinds"/> has this name.</exception>
    public static SourceCommand Of(string kind) => Known.TryGetValue(kind, out var known)
        ? known
        : throw new NfsToolsException(
            $"There is no command \"{kind}\" that could be asked by its name alone.",
            $"Name one of: {string.Join(", ", Kinds)}. Any other command is a list of words in a configuration file: command: [/usr/bin/show, \"{SinceMark}\", \"{UntilMark}\"].");

    /// <summary>Any command.</summary>
    /// <param name="words">
    /// The program and its arguments; <c>{since}</c> and <c>{until}</c> in them stand for the time that is asked about, its first and last
    /// second included, <c>{since:unix}</c> and <c>{until:unix}</c> for the same in seconds since 1970.
    /// </param>
    /// <exception cref="NfsToolsException">There is none, or it does not take a time.</exception>
    public static SourceCommand Of(IReadOnlyList<string> words)
    {
        bool Has(string mark, string number) => words.Skip(1).Any(w => w.Contains(mark, StringComparison.Ordinal) || w.Contains(number, StringComparison.Ordinal));
        return words.Count == 0 || words[0].Length == 0 ? throw new NfsToolsException("No command is named.", "Name the program first, then its arguments.")
            : !Has(SinceMark, SinceNumberMark) || !Has(UntilMark, UntilNumberMark) ? throw new NfsToolsException(
                $"The command {words[0]} is not told which time it is asked about.",
                $"Write {SinceMark} and {UntilMark}, or {SinceNumberMark} and {UntilNumberMark}, where it takes the first and the last second.")
            : new SourceCommand(new ChildCommand { FileName = words[0], Arguments = [.. words.Skip(1)] }.Text, null, null, words);
    }

    /// <summary>What is asked about a time: for the jobs' records, or for their ids where the command has a <see cref="Listing"/>.</summary>
    /// <param name="since">Its first second, since 1970.</param>
    /// <param name="until">Its last second.</param>
    /// <param name="zone">The time zone of the answer; null for UTC.</param>
    internal ChildCommand For(long since, long until, string? zone)
    {
        var calendar = TimeZoneInfo.FindSystemTimeZoneById(zone ?? "UTC");

        // In the hour that comes twice a local time does not tell which one is meant: the time begins before it, and ends behind it.
        string Local(long time, int way)
        {
            var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(time), calendar).DateTime;
            for (; calendar.IsAmbiguousTime(local); local = local.AddSeconds(way))
            {
            }

            return local.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        }

        string Number(long time) => time.ToString(CultureInfo.InvariantCulture);
        string Filled(string word) => word.Replace(SinceMark, Local(since, -1), StringComparison.Ordinal).Replace(UntilMark, Local(until, 1), StringComparison.Ordinal)
            .Replace(SinceNumberMark, Number(since), StringComparison.Ordinal).Replace(UntilNumberMark, Number(until), StringComparison.Ordinal);
        return Of(Listing ?? Words, Filled, zone);
    }

    /// <summary>What is asked about jobs whose ids were listed.</summary>
    /// <param name="jobs">The ids; no more than one word can hold.</param>
    /// <param name="zone">The time zone of the answer; null for UTC.</param>
    internal ChildCommand About(IEnumerable<string> jobs, string? zone) => Of(Words, w => w.Replace(JobsMark, string.Join(',', jobs), StringComparison.Ordinal), zone);

    private static ChildCommand Of(IReadOnlyList<string> words, Func<string, string> filled, string? zone) => new()
    {
        FileName = words[0],
        Arguments = [.. words.Skip(1).Select(filled)],

        // The null ones would change how Slurm's commands write times and what they show.
        InheritEnvironment = false,
        Environment = new Dictionary<string, string?>(ChildCommand.SessionEnvironment())
        {
            ["TZ"] = zone ?? "UTC", ["SLURM_TIME_FORMAT"] = null, ["SLURM_BITSTR_LEN"] = "0", ["SACCT_FORMAT"] = null, ["SACCT_FEDERATION"] = null,
        },
    };
}
