namespace NfsTools.TestKit;

/// <summary>What an <see cref="LsfLogGenerator"/> writes. Rates are shares of the records, 0 to 1.</summary>
public sealed record LsfGeneratorOptions
{
    /// <summary>
    /// Each record draws one: "5.1", "6.0", "7.03", "7.06", "9.11", "9.12", "9.13", "10.1", "10.108",
    /// "10.110" (10.108 and three more floats) or "40" (openlava).
    /// </summary>
    public IReadOnlyList<string> Versions { get; init; } = ["10.108"];

    public int Users { get; init; } = 200;

    public int Queues { get; init; } = 12;

    public int Projects { get; init; } = 40;

    public int Hosts { get; init; } = 800;

    public double DefectRate { get; init; }

    public double QuirkRate { get; init; }

    /// <summary>Comments and blank lines.</summary>
    public double FillerRate { get; init; }

    /// <summary>EVENT_ADRSV_FINISH and JOB_RESIZE.</summary>
    public double OtherRate { get; init; }

    /// <summary>The defects to draw from. One that does not fit the job leaves its record sound, so the real rate can be a little lower.</summary>
    public IReadOnlyList<string> Defects { get; init; } = LsfDefect.All;

    /// <summary>The quirks to draw from. One that does not fit the record leaves it plain, so the real rate can be a little lower.</summary>
    public IReadOnlyList<string> Quirks { get; init; } = LsfQuirk.All;

    /// <summary>The first submission, seconds since 1970.</summary>
    public long StartTime { get; init; } = 1_700_000_000;

    public int JobsPerDay { get; init; } = 300_000;

    /// <summary>The mean size of a 10.108 record, reached by the length of the commands; about 780 is the least.</summary>
    public int MeanRecordBytes { get; init; } = 900;
}
