namespace NfsTools.Accounting.Model;

/// <summary>What a record that is no job says of a part of one: a task on another host, or a step.</summary>
/// <param name="Job">The job's number.</param>
/// <param name="Element">The element of an array; 0 for none.</param>
/// <param name="Start">When the part began, in seconds since 1970.</param>
/// <param name="Use">What it used beside what the job's own record says.</param>
internal readonly record struct JobPart(long Job, long Element, long Start, JobUse Use)
{
    // By so many seconds the clock of the host that the part ran on may be behind that of the job's first host.
    private const long Slack = 5;

    /// <summary>Lets nothing through that cannot be stored.</summary>
    /// <exception cref="InvalidDataException">A time is outside 1970 to 9999, or a number is infinite or none.</exception>
    public void Check()
    {
        AccountingRecord.CheckTime(Start, "its start");
        if (!double.IsFinite(Use.UserCpuSeconds ?? 0) || !double.IsFinite(Use.SystemCpuSeconds ?? 0))
        {
            throw new InvalidDataException("its CPU time is infinite or no number");
        }
    }

    /// <summary>
    /// What the parts of a job add to each of its lives, however they are ordered: a job that was put back, or whose number was used again,
    /// has several, and a part is of the first one that it can have begun in.
    /// </summary>
    /// <param name="lives">When each life began and ended, in seconds since 1970; the start is null for one that never started.</param>
    /// <param name="parts">The parts.</param>
    public static JobUse[] Share(IReadOnlyList<(long? Start, long End)> lives, IEnumerable<JobPart> parts)
    {
        var uses = new JobUse[lives.Count];
        var order = lives.Index().OrderBy(l => l.Item.End).ThenBy(l => l.Item.Start).Select(l => l.Index).ToList();

        // Sums of fractions depend on the order.
        foreach (var part in parts.OrderBy(p => p.Start).ThenBy(p => p.Use.UserCpuSeconds).ThenBy(p => p.Use.SystemCpuSeconds))
        {
            var life = order.FindIndex(l => lives[l].Start <= part.Start + Slack && part.Start <= lives[l].End);
            if (life >= 0)
            {
                uses[order[life]] = uses[order[life]].With(part.Use);
            }
        }

        return uses;
    }
}
