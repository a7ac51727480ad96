using System.Text;

namespace NfsTools.TestKit;

/// <summary>Writes the fields of a JOB_FINISH record after number 59, as far as its version goes.</summary>
internal sealed class LsfJobFinishTail(LsfRecordBuffer buffer, SeededRandom random, LsfNames names)
{
    public void Write(LsfJob job)
    {
        int last = job.LastField;
        if (last >= LsfVersion.ChargedSaap)
        {
            WriteService(job);
        }

        if (last >= LsfVersion.RequeueExitValues)
        {
            WriteApplication();
        }

        if (last >= LsfVersion.SubmitExtension)
        {
            WriteResizeAndExtension(job);
        }

        if (last >= LsfVersion.Affinity)
        {
            WriteHostUsage(job);
            WriteRunAndForward(job);
        }

        if (last >= LsfVersion.SerialJobEnergy)
        {
            buffer.Decimal(0, 6);
        }

        if (last >= LsfVersion.AllocSlots)
        {
            WriteCountersAndSlots(job);
        }

        if (last >= LsfVersion.GpuUsages)
        {
            WriteIndexRanges(job);
        }

        if (last >= LsfVersion.FinishPairs)
        {
            WriteStorageAndPairs();
        }

        if (last >= LsfVersion.LateFloats)
        {
            buffer.Decimal(0, 2);
            buffer.Decimal(random.Below(1000), 2);
            buffer.Decimal(random.Below(1000), 2);
        }
    }

    /// <summary>Fields 60 to 66.</summary>
    private void WriteService(LsfJob job)
    {
        buffer.Text(""u8);
        buffer.Number(0);
        buffer.Text(""u8);
        buffer.Number(job.ExitReason);
        buffer.Text(""u8);
        buffer.Number(-1);
        if (random.Chance(0.2))
        {
            buffer.Text($"/{names.Users[job.Run.User]}");
        }
        else
        {
            buffer.Text(""u8);
        }
    }

    /// <summary>Fields 67 to 72.</summary>
    private void WriteApplication()
    {
        buffer.Text(""u8);
        buffer.Text(random.Chance(0.2) ? "spice"u8 : ""u8);
        buffer.Text(""u8);
        buffer.Number(-1);
        buffer.Text(random.Chance(0.05) ? "/nightly"u8 : ""u8);
        buffer.Text(""u8);
    }

    /// <summary>Fields 73 to 78; a newer LSF fills the extension.</summary>
    private void WriteResizeAndExtension(LsfJob job)
    {
        buffer.Number(5136);
        buffer.Text(""u8);
        buffer.Number(job.PrintedStart);
        buffer.Text(""u8);
        buffer.Text(""u8);
        if (job.LastField < LsfVersion.GpuUsages)
        {
            buffer.Number(0);
            return;
        }

        bool group = random.Chance(0.2);
        buffer.Number(group ? 6 : 5);
        if (group)
        {
            buffer.Number(1075);
            buffer.Text("designers"u8);
        }

        buffer.Number(1110);
        buffer.Text("default"u8);
        buffer.Number(1041);
        buffer.Text("jfincache"u8);
        buffer.Number(1086);
        buffer.Text("-1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 "u8);
        buffer.Number(1032);
        buffer.Text("0"u8);
        buffer.Number(1033);
        buffer.Text("0"u8);
    }

    /// <summary>Field 79: 9.11 leaves the host unquoted and adds a fifth number after it.</summary>
    private void WriteHostUsage(LsfJob job)
    {
        bool early = job.LastField == LsfVersion.Affinity;
        if (!random.Chance(early ? 0.5 : 0.05))
        {
            buffer.Number(0);
            return;
        }

        Span<byte> name = stackalloc byte[64];
        buffer.Number(job.Hosts.Count);
        foreach ((int host, int tasks) in job.Hosts)
        {
            if (early)
            {
                int length = Encoding.UTF8.GetBytes(names.Hosts[host], name);
                buffer.Word(name[..length]);
            }
            else
            {
                buffer.Text($"{names.Hosts[host]}");
            }

            buffer.Number(random.Below(100_000));
            buffer.Number(0);
            buffer.Number(job.RunTime * tasks);
            buffer.Number(job.RunTime * tasks / 50);
            if (early)
            {
                buffer.Number(0);
            }
        }
    }

    /// <summary>Fields 80 to 96.</summary>
    private void WriteRunAndForward(LsfJob job)
    {
        buffer.Number(random.Chance(0.2) ? 3600 * random.Between(1, 24) : -1);
        buffer.Number(random.Chance(0.5) ? 4_194_304 : 16);
        buffer.Number(job.MaxMemKb * 3 / 4 & ~1023L);
        buffer.Text("select[type == any] order[r15s:pg] "u8);

        buffer.Text(""u8);
        buffer.Number(-1);
        buffer.Text(job.Forwarded ? "east"u8 : ""u8);
        buffer.Number(job.Forwarded ? job.Run.JobId % 100_000 : -1);
        buffer.Number(job.Forwarded ? job.Run.Submit + 1 : 0);
        buffer.Text(""u8);
        buffer.Number(0);
        buffer.Number(0);
        buffer.Text(""u8);
        buffer.Number(job.RunTime);
        buffer.Text($"/proj/{names.Projects[job.Run.Project]}");

        bool network = random.Chance(0.01);
        buffer.Number(network ? 1 : 0);
        if (network)
        {
            buffer.Text("18000000000000000001"u8);
            buffer.Number(1);
        }

        buffer.Text(""u8);
    }

    /// <summary>Fields 98 to 102.</summary>
    private void WriteCountersAndSlots(LsfJob job)
    {
        for (int i = 0; i < 4; i++)
        {
            buffer.Decimal(0, 2);
        }

        string cluster = job.Forwarded ? "@east" : "";
        int left = job.Started ? job.AllocatedSlots : 0;
        buffer.Number(left);
        for (int i = 0; left > 0; i++)
        {
            (int host, int tasks) = job.Hosts[i];
            int here = i == job.Hosts.Count - 1 ? left : tasks;
            for (int slot = 0; slot < here; slot++)
            {
                buffer.Text($"{names.Hosts[host]}{cluster}");
            }

            left -= here;
        }
    }

    /// <summary>Fields 103 to 106. How the GPU usage's pairs are quoted is not known for certain, so none is written.</summary>
    private void WriteIndexRanges(LsfJob job)
    {
        buffer.Number(-1);
        bool ranges = job.Run.ArraySize > 0 && random.Chance(0.5);
        buffer.Number(ranges ? 1 : 0);
        if (ranges)
        {
            buffer.Number(1);
            buffer.Number(job.Run.ArraySize);
            buffer.Number(1);
        }

        buffer.Number(0);
        buffer.Number(0);
    }

    /// <summary>Fields 107 and 108.</summary>
    private void WriteStorageAndPairs()
    {
        bool storage = random.Chance(0.01);
        buffer.Number(storage ? 1 : 0);
        if (storage)
        {
            buffer.Text("stage:/proj/scratch"u8);
        }

        buffer.Number(1);
        buffer.Text("schedulingOverhead"u8);
        buffer.Text("0.00"u8);
    }
}
