namespace NfsTools.TestKit;

/// <summary>Writes a JOB_FINISH record up to field 59 (rsvId), in the order of lsb.acct(5); the rest is the tail's.</summary>
internal sealed class LsfJobFinish(LsfRecordBuffer buffer, SeededRandom random, LsfNames names, LsfGeneratorOptions options)
{
    /// <summary>What a 10.108 record has beside the variable part of its command, on average.</summary>
    private const int FixedBytes = 745;

    /// <summary>Longer than one line of folded mail whatever the version.</summary>
    private const int CommandToFold = 1000;

    private static readonly long[] Options = [33_554_434, 33_554_450, 33_554_466, 33_570_818, 33_816_578];

    private readonly LsfJobFinishTail _tail = new(buffer, random, names);
    private readonly LsfCommand _command = new();

    public LsfMarks Write(LsfJob job, string? quirk)
    {
        WriteSubmission(job);

        int askedHosts = buffer.Tokens.Count;
        buffer.Number(job.AskedHosts);
        for (int i = 0; i < job.AskedHosts; i++)
        {
            buffer.Text($"{random.Pick(names.Hosts)}");
        }

        int execHosts = buffer.Tokens.Count;
        WriteExecHosts(job);

        buffer.Number(job.Done ? 64 : 32);
        buffer.Decimal(job.Forwarded ? 10 : 600, 1);
        WriteJobName(job.Run);
        long commandBytes = quirk == LsfQuirk.MailFolded
            ? CommandToFold
            : Math.Min(3000, random.Exponential(Math.Max(0, options.MeanRecordBytes - FixedBytes)));
        buffer.Text(_command.Compose(random, (int)commandBytes, quirk));

        WriteUsage(job);
        int lastRusage = buffer.Tokens.Count - 1;

        WriteMiddle(job);
        _tail.Write(job);
        return new LsfMarks(askedHosts, execHosts, lastRusage);
    }

    /// <summary>Fields 1 to 22.</summary>
    private void WriteSubmission(LsfJob job)
    {
        ScheduledJob run = job.Run;
        buffer.Text("JOB_FINISH"u8);
        buffer.Text($"{job.Version}");
        buffer.Number(run.End);
        buffer.Number(run.JobId);
        buffer.Number(10_000 + run.User);
        buffer.Number(random.Pick(Options));
        buffer.Number(job.Requested);
        buffer.Number(run.Submit);
        buffer.Number(0);
        buffer.Number(random.Chance(0.01) ? run.Submit + 86_400 : 0);
        buffer.Number(job.PrintedStart);

        string user = names.Users[run.User];
        string project = names.Projects[run.Project];
        buffer.Text($"{user}");
        buffer.Text($"{names.Queues[run.Queue]}");
        if (random.Chance(0.3))
        {
            int memory = 1000 * random.Between(1, 32);
            buffer.Text($"select[mem > {memory}] rusage[mem={memory}] span[hosts=1]");
        }
        else
        {
            buffer.Text(""u8);
        }

        if (random.Chance(0.02))
        {
            buffer.Text($"done({run.JobId - 1})");
        }
        else
        {
            buffer.Text(""u8);
        }

        buffer.Text(""u8);
        buffer.Text($"login{random.Below(8)}");
        buffer.Text($"/proj/{project}/{user}/run_{random.Below(1000)}");
        buffer.Text(random.Chance(0.05) ? "/dev/null"u8 : ""u8);
        buffer.Text(random.Chance(0.4) ? "logs/%J.%I.out"u8 : ""u8);
        buffer.Text(random.Chance(0.1) ? "logs/%J.%I.err"u8 : ""u8);
        buffer.Text($"{run.Submit}.{run.JobId}");
    }

    private void WriteExecHosts(LsfJob job)
    {
        string cluster = job.Forwarded ? "@east" : "";
        buffer.Number(job.ShortHosts ? job.Hosts.Count : job.Hosts.Sum(host => host.Tasks));
        foreach ((int host, int tasks) in job.Hosts)
        {
            if (job.ShortHosts && tasks > 1)
            {
                buffer.Text($"{tasks}*{names.Hosts[host]}{cluster}");
                continue;
            }

            for (int i = 0; i < tasks; i++)
            {
                buffer.Text($"{names.Hosts[host]}{cluster}");
            }
        }
    }

    private void WriteJobName(ScheduledJob run)
    {
        if (run.ArraySize > 0)
        {
            buffer.Text($"regress_{run.JobId % 100}[1-{run.ArraySize}]");
        }
        else if (random.Chance(0.4))
        {
            buffer.Text($"job_{run.JobId % 1000}");
        }
        else
        {
            buffer.Text(""u8);
        }
    }

    /// <summary>Fields 29 to 47; a real record has a fixed 0 or -1 in those that no system fills any more.</summary>
    private void WriteUsage(LsfJob job)
    {
        buffer.Decimal(job.UserTime, 6);
        buffer.Decimal(job.SystemTime, 6);
        buffer.Number(job.MaxMemKb / 4);
        buffer.Number(0);
        buffer.Number(-1);
        buffer.Number(0);
        buffer.Number(0);
        buffer.Number(random.Below(5000));
        buffer.Number(random.Below(6));
        buffer.Number(0);
        buffer.Number(8 * random.Below(200));
        buffer.Number(8 * random.Below(50));
        buffer.Number(-1);
        buffer.Number(0);
        buffer.Number(0);
        buffer.Number(0);
        buffer.Number(random.Below(300));
        buffer.Number(random.Below(40));
        buffer.Number(-1);
    }

    /// <summary>Fields 48 to 59; openlava has neither timeEvent nor rsvId.</summary>
    private void WriteMiddle(LsfJob job)
    {
        buffer.Text(""u8);
        buffer.Text($"{names.Projects[job.Run.Project]}");
        buffer.Number(job.ExitStatus);
        buffer.Number(job.Tasks);
        buffer.Text(random.Chance(0.1) ? "/bin/bash"u8 : ""u8);
        if (job.Version != LsfVersion.OpenLava)
        {
            buffer.Text(""u8);
        }

        buffer.Number(job.Run.Index);
        buffer.Number(job.MaxMemKb);
        buffer.Number(random.Chance(0.2) ? job.MaxMemKb * 2 : 0);
        buffer.Text(""u8);
        buffer.Text(""u8);
        if (job.LastField >= LsfVersion.RsvId)
        {
            buffer.Text(""u8);
        }
    }
}
