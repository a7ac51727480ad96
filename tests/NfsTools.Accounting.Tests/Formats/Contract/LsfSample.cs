using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <summary>lsb.acct.</summary>
/// <param name="seed">What the records are made of.</param>
public sealed class LsfSample(int seed) : FormatSample
{
    private readonly LsfLogGenerator generator = new(seed, new LsfGeneratorOptions
    {
        Versions = ["5.1", "7.06", "9.11", "10.1", "10.108", "40"],
        QuirkRate = 0.2,
        FillerRate = 0.05,
        OtherRate = 0.05,
    });

    /// <inheritdoc/>
    public override string Format => "lsf";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Insertions { get; } =
        ["\"", "\"\"", "\n", "\0", "\0\0\0\0", "!\n ", " ", "\\", "# ", "\"JOB_FINISH\" \"", "99999999999999999999", "-", "\r", "\t", "é", "\"JOB_RESIZE\""];

    /// <inheritdoc/>
    public override SampleRecord Next()
    {
        var next = generator.Next();
        return new SampleRecord(next.Bytes, next.Kind == GeneratedKind.Job ? SampleRecord.KeyOf(next.JobId, next.Index, next.SubmitTime, next.EventTime) : null);
    }
}
