namespace NfsTools.TestKit;

/// <summary>
/// Writes realistic lsb.acct records, with the truth about each: job ids ascend in the order of submission, records come in
/// the order of finishing. The same seed and options give the same bytes. It shares no code with the readers it tests.
/// </summary>
public sealed class LsfLogGenerator
{
    private const int ChunkBytes = 1 << 20;

    private readonly LsfGeneratorOptions _options;
    private readonly SeededRandom _random;
    private readonly LsfNames _names;
    private readonly LsfSchedule _schedule;
    private readonly LsfRecordBuffer _buffer = new();
    private readonly LsfJobFinish _jobFinish;
    private readonly LsfOtherRecords _others;
    private readonly LsfDamage _damage;
    private ScheduledJob _latest;
    private long _reservations;
    private bool _stringLeftOpen;

    public LsfLogGenerator(int seed, LsfGeneratorOptions options)
    {
        _options = options;
        _random = new SeededRandom(seed);
        _names = new LsfNames(options);
        _schedule = new LsfSchedule(seed, options, _random);
        _jobFinish = new LsfJobFinish(_buffer, _random, _names, options);
        _others = new LsfOtherRecords(_buffer, _random, _names);
        _damage = new LsfDamage(_buffer, _random);
        _latest = new ScheduledJob { End = options.StartTime };
    }

    public GeneratedRecord Next() => Compose() with { Bytes = _buffer.Bytes.ToArray() };

    /// <summary>Writes the next records of any kind to a stream, without keeping them.</summary>
    public void WriteTo(Stream stream, long records)
    {
        byte[] chunk = new byte[ChunkBytes];
        int filled = 0;
        for (long i = 0; i < records; i++)
        {
            Compose();
            ReadOnlySpan<byte> bytes = _buffer.Bytes;
            if (filled + bytes.Length > chunk.Length)
            {
                stream.Write(chunk, 0, filled);
                filled = 0;
            }

            bytes.CopyTo(chunk.AsSpan(filled));
            filled += bytes.Length;
        }

        stream.Write(chunk, 0, filled);
    }

    /// <summary>Leaves the next record in the buffer. The one after an open string is always a plain one, as it must be recognised by its start.</summary>
    private GeneratedRecord Compose()
    {
        bool plain = _stringLeftOpen;
        _stringLeftOpen = false;
        _buffer.Clear();
        if (!plain && _random.Chance(_options.FillerRate))
        {
            return ComposeFiller();
        }

        return _random.Chance(_options.OtherRate) ? ComposeOther() : ComposeJob(plain);
    }

    private GeneratedRecord ComposeJob(bool plain)
    {
        ScheduledJob run = _latest = _schedule.Next();
        string version = _random.Pick(_options.Versions);
        string? defect = DrawDefect(plain, run);
        string? quirk = plain || defect is not null ? null : DrawQuirk(version, run);

        var job = new LsfJob(run, version, quirk, defect, _random, _options);
        LsfMarks marks = _jobFinish.Write(job, quirk);
        if (quirk is not null && !_damage.ApplyQuirk(quirk))
        {
            quirk = null;
        }

        _buffer.Append("\n"u8);
        if (defect is not null)
        {
            _damage.ApplyDefect(defect, marks);
        }

        _stringLeftOpen = defect == LsfDefect.TruncatedInString;
        return job.Describe(_names, quirk, defect);
    }

    private string? DrawDefect(bool plain, ScheduledJob run)
    {
        if (plain || !_random.Chance(_options.DefectRate))
        {
            return null;
        }

        string defect = _random.Pick(_options.Defects);
        return defect == LsfDefect.MergedCounts && run.Start == 0 ? null : defect;
    }

    private string? DrawQuirk(string version, ScheduledJob run)
    {
        if (!_random.Chance(_options.QuirkRate))
        {
            return null;
        }

        string quirk = _random.Pick(_options.Quirks);
        bool hasRunTime = run.Start > 0 && LsfVersion.LastField(version) >= LsfVersion.Affinity;
        return quirk == LsfQuirk.StartZeroWithRunTime && !hasRunTime ? null : quirk;
    }

    private GeneratedRecord ComposeOther()
    {
        string version = _random.Pick(_options.Versions);
        ScheduledJob about = default;
        if (_latest.Start == 0 || _random.Chance(0.5))
        {
            _others.WriteReservation(version, _latest.End, ++_reservations);
        }
        else
        {
            about = _latest;
            _others.WriteResize(version, _latest.End, _latest);
        }

        _buffer.Append("\n"u8);
        return new GeneratedRecord([], GeneratedKind.Other, about.JobId, about.Index, about.Submit, _latest.End) { Version = version };
    }

    private GeneratedRecord ComposeFiller()
    {
        bool comment = _random.Chance(0.5);
        bool indented = _random.Chance(0.3);
        _buffer.Append(indented ? "   "u8 : ""u8);
        _buffer.Append(comment ? "# a note by the administrator: \"JOB_FINISH\"\n"u8 : "\n"u8);
        return new GeneratedRecord([], comment ? GeneratedKind.Comment : GeneratedKind.Blank, 0, 0, 0, 0);
    }
}
