using System.Globalization;
using System.Text;

namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <summary>Logs of <see cref="ColumnsFormat"/>: each file with its columns in another order, around both changes to and from summer time.</summary>
/// <param name="seed">What the records are made of.</param>
public sealed class ColumnsSample(int seed) : FormatSample
{
    private static readonly long[] Starts = [1_711_800_000, 1_729_900_000];
    private readonly Random random = new(seed);
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich");
    private string[] columns = [];
    private long made;

    /// <inheritdoc/>
    public override string Format => "columns";

    /// <inheritdoc/>
    public override string? TimeZone => zone.Id;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Insertions { get; } = ["|", "||", "\n", "\0", "\0\0\0", "\\\n", "\\", "# ", " ", string.Join('|', ColumnsFormat.Columns) + "\n", "\r", "99999999999999999999", "-", "é", "02:30:00"];

    /// <inheritdoc/>
    public override byte[] Begin()
    {
        columns = [.. ColumnsFormat.Columns];
        random.Shuffle(columns);
        return Encoding.UTF8.GetBytes($"# accounting\n\n{string.Join('|', columns)}\n");
    }

    /// <inheritdoc/>
    public override SampleRecord Next()
    {
        if (random.Next(20) == 0)
        {
            return new SampleRecord(random.Next(2) == 0 ? "# a comment\n"u8.ToArray() : " \n"u8.ToArray(), null);
        }

        var job = ++made;
        var submitted = Valid(Starts[job % Starts.Length] + random.Next(86400) + job);
        var (started, ended) = (Valid(submitted + random.Next(3600)), Valid(submitted + 3600 + random.Next(86400)));
        var values = new Dictionary<string, string>
        {
            ["job"] = $"{job}",
            ["task"] = $"{job % 3}",
            ["user"] = $"user{random.Next(9)}",
            ["queue"] = $"q{random.Next(3)}",
            ["slots"] = $"{random.Next(1, 65)}",
            ["submit"] = Local(submitted),
            ["start"] = Local(started),
            ["end"] = Local(ended),
            ["state"] = random.Next(4) == 0 ? "bad" : "ok",
            ["name"] = random.Next(5) == 0 ? "two\\\nlines" : $"näme {random.Next(1000)}",
        };
        return new SampleRecord(Encoding.UTF8.GetBytes(string.Join('|', columns.Select(c => values[c])) + "\n"), SampleRecord.KeyOf(job, job % 3, submitted, ended));
    }

    // An hour that comes twice does not say which it is.
    private long Valid(long seconds) => zone.IsAmbiguousTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(seconds), zone)) ? seconds + 7200 : seconds;

    private string Local(long seconds) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(seconds), zone).ToString(ColumnsFormat.TimeFormat, CultureInfo.InvariantCulture);
}
