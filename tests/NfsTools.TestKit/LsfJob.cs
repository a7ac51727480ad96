namespace NfsTools.TestKit;

/// <summary>A finished run with all that its record and its expected values both depend on.</summary>
internal sealed class LsfJob
{
    private static readonly int[] ExitStatuses = [256, 512, 32_512, 65_280, 35_072, 33_280, 9, 15];
    private static readonly int[] ExitReasons = [0, 0, 0, 5, 12, 14, 15, 16];

    public LsfJob(
        ScheduledJob run, string version, string? quirk, string? defect, SeededRandom random, LsfGeneratorOptions options)
    {
        Run = run;
        Version = version;
        LastField = LsfVersion.LastField(version);
        Started = run.Start > 0;
        PrintedStart = quirk == LsfQuirk.StartZeroWithRunTime ? 0 : run.Start;
        RunTime = Started ? run.End - run.Start : 0;
        if (quirk == LsfQuirk.StartZeroWithRunTime)
        {
            RunTime = Math.Max(1, RunTime);
        }

        Done = Started && !run.Requeued && random.Chance(0.9);
        if (run.Requeued)
        {
            ExitStatus = 99 << 8;
        }
        else if (Started && !Done)
        {
            ExitStatus = random.Pick(ExitStatuses);
            ExitReason = random.Pick(ExitReasons);
        }

        DrawHosts(random, options, severalHosts: defect == LsfDefect.MergedCounts);
        AskedHosts = defect != LsfDefect.MergedCounts && random.Chance(0.03) ? random.Between(1, 2) : 0;
        DrawUsage(random);
    }

    public ScheduledJob Run { get; }

    public string Version { get; }

    public int LastField { get; }

    public bool Started { get; }

    /// <summary>The startTime field; 0 by a quirk although the job ran.</summary>
    public long PrintedStart { get; }

    public long RunTime { get; }

    public bool Done { get; }

    /// <summary>As wait(2) gives it.</summary>
    public int ExitStatus { get; }

    public int ExitReason { get; }

    /// <summary>numProcessors, which need not be what the job was given.</summary>
    public int Requested { get; private set; }

    public int Tasks { get; private set; }

    public int AllocatedSlots { get; private set; }

    /// <summary>Execution hosts with their tasks; empty for a job that never started.</summary>
    public List<(int Host, int Tasks)> Hosts { get; } = [];

    /// <summary>The SHORT_EVENTFILE form: "4*host" once instead of "host" four times.</summary>
    public bool ShortHosts { get; private set; }

    /// <summary>Run by another cluster (MultiCluster), with hosts as "host@cluster".</summary>
    public bool Forwarded { get; private set; }

    public int AskedHosts { get; }

    /// <summary>Microseconds, or <see cref="Unavailable"/>.</summary>
    public long UserTime { get; private set; }

    /// <summary>Microseconds, or <see cref="Unavailable"/>.</summary>
    public long SystemTime { get; private set; }

    public long MaxMemKb { get; private set; }

    /// <summary>-1 second, as rusage has it for a value that is not known.</summary>
    public const long Unavailable = -1_000_000;

    public GeneratedRecord Describe(LsfNames names, string? quirk, string? defect) =>
        new([], defect is null ? GeneratedKind.Job : GeneratedKind.Defect, Run.JobId, Run.Index, Run.Submit, Run.End)
        {
            Version = Version,
            User = names.Users[Run.User],
            Queue = names.Queues[Run.Queue],
            Project = names.Projects[Run.Project],
            State = Done ? "DONE" : "EXIT",
            CpuSeconds = Math.Max(0, UserTime) / 1e6 + Math.Max(0, SystemTime) / 1e6,
            WaitSeconds = (PrintedStart > 0 ? PrintedStart : Run.End) - Run.Submit,
            TurnaroundSeconds = Run.End - Run.Submit,
            RunSeconds = PrintedStart > 0 ? Run.End - PrintedStart : 0,
            Slots = !Started ? Requested : LastField >= LsfVersion.AllocSlots ? AllocatedSlots : Tasks,
            MaxMemKb = MaxMemKb,
            Quirk = quirk,
            Defect = defect,
        };

    private void DrawHosts(SeededRandom random, LsfGeneratorOptions options, bool severalHosts)
    {
        Tasks = severalHosts ? random.Between(2, 8) : random.Below(100) switch
        {
            < 85 => 1,
            < 93 => random.Between(2, 4),
            < 98 => 8 << random.Below(2),
            _ => 32 << random.Below(2),
        };
        Requested = Tasks > 1 && random.Chance(0.05) ? Tasks - 1 : Tasks;
        AllocatedSlots = Tasks > 1 && random.Chance(0.05) ? Tasks + random.Between(1, 4) : Tasks;
        if (!Started)
        {
            return;
        }

        ShortHosts = !severalHosts && Tasks > 1 && random.Chance(0.3);
        Forwarded = random.Chance(0.03);
        int perHost = severalHosts ? 1 : 1 << random.Below(5);
        for (int left = Tasks; left > 0; left -= perHost)
        {
            Hosts.Add((random.Below(options.Hosts), Math.Min(left, perHost)));
        }
    }

    private void DrawUsage(SeededRandom random)
    {
        if (!Started)
        {
            return;
        }

        double available = (RunTime + 0.05) * Tasks * 1e6;
        UserTime = (long)(available * random.Fraction());
        SystemTime = (long)(available * random.Fraction() * 0.05);
        MaxMemKb = random.Exponential(800_000) & ~1023L;
        if (random.Chance(0.01))
        {
            SystemTime = Unavailable;
            UserTime = random.Chance(0.5) ? Unavailable : UserTime;
        }
    }
}
