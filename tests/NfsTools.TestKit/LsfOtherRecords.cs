namespace NfsTools.TestKit;

/// <summary>
/// The records of lsb.acct that are no jobs, in the documented order of fields. No real sample was seen, so they follow
/// the documentation only.
/// </summary>
internal sealed class LsfOtherRecords(LsfRecordBuffer buffer, SeededRandom random, LsfNames names)
{
    /// <summary>The end of a reservation of one to three hosts for a user.</summary>
    public void WriteReservation(string version, long time, long id)
    {
        long duration = 3600L * random.Between(1, 24);
        string user = random.Pick(names.Users);
        buffer.Text("EVENT_ADRSV_FINISH"u8);
        buffer.Text($"{version}");
        buffer.Number(time);
        buffer.Number(time - duration - 600);
        buffer.Number(1);
        buffer.Number(1001);
        buffer.Text($"{user}#{id}");
        buffer.Text($"{user}");
        buffer.Text($"{time - duration}-{time}");
        buffer.Text("lsfadmin"u8);
        buffer.Number(duration);
        int hosts = random.Between(1, 3);
        buffer.Number(hosts);
        for (int i = 0; i < hosts; i++)
        {
            buffer.Text($"{random.Pick(names.Hosts)}");
            buffer.Number(random.Between(1, 64));
        }
    }

    /// <summary>A job that was given one more host (type 0) or gave one back (type 1).</summary>
    public void WriteResize(string version, long time, ScheduledJob job)
    {
        buffer.Text("JOB_RESIZE"u8);
        buffer.Text($"{version}");
        buffer.Number(time);
        buffer.Number(job.JobId);
        buffer.Number(job.Index);
        buffer.Number(job.Start);
        buffer.Number(10_000 + job.User);
        buffer.Text($"{names.Users[job.User]}");
        buffer.Number(random.Below(2));
        buffer.Number(time);
        WriteHosts(2);
        WriteHosts(1);
        WriteHosts(2);
        WriteHosts(1);
    }

    private void WriteHosts(int count)
    {
        buffer.Number(count);
        for (int i = 0; i < count; i++)
        {
            buffer.Text($"{random.Pick(names.Hosts)}");
        }
    }
}
