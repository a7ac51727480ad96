using System.Globalization;
using System.Text;

namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <summary>Grid Engine's accounting files as its versions write them, each file another one: 6.1, 8.1.9, and Univa's with milliseconds.</summary>
/// <param name="seed">What the records are made of.</param>
public sealed class GridEngineSample(int seed) : FormatSample
{
    private static readonly string[] Names = ["run", "a|b", "it's", "p=q#z", "näme", "a,b;c", "step:a", "x:"];
    private static readonly int[] Failures = [0, 0, 0, 0, 1, 8, 19, 25, 26, 37, 100, 77];
    private readonly Random random = new(seed);
    private int version = -1;
    private long made;

    /// <inheritdoc/>
    public override string Format => "gridengine";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Insertions { get; } =
        [":", "::", "\n", "\0", "\0\0\0", "# ", " ", "\r", "-", ".", "nan", "99999999999999999999", "é", ":0:", "NONE", ":0.000000:NONE:0.000000:0:0", "all.q:vm:g:u:n:1:sge:0:1:2:3:0:0:"];

    /// <inheritdoc/>
    public override byte[] Begin()
    {
        version = (version + 1) % 3;
        return version == 0 ? [] : Encoding.UTF8.GetBytes($"# Version: {(version == 1 ? "8.1.9" : "8.3.1")}\n# \n# DO NOT MODIFY THIS FILE MANUALLY!\n# \n");
    }

    /// <inheritdoc/>
    public override SampleRecord Next()
    {
        switch (random.Next(25))
        {
            case 0:
                return new SampleRecord(random.Next(2) == 0 ? "# a comment\n"u8.ToArray() : "x\n"u8.ToArray(), null);
            case 1:
                return Make(isTask: true);
            default:
                return Make(isTask: false);
        }
    }

    private SampleRecord Make(bool isTask)
    {
        // Tasks stand before their job and behind it.
        var job = isTask ? Math.Max(1, made + random.Next(-2, 3)) : ++made;
        var task = job % 4 == 0 ? job % 7 : 0;
        var failed = Failures[random.Next(Failures.Length)];
        var submitted = 1_700_000_000 + (job * 7) + random.Next(7);
        var (started, ended) = failed is 1 or 26 ? (0, 0) : (submitted + random.Next(3600), submitted + 3600 + random.Next(86400));
        var unit = version == 2 ? 1000 : 1;
        string Time(long seconds) => (seconds * unit + (unit > 1 && seconds > 0 ? random.Next(unit / 2) : 0)).ToString(CultureInfo.InvariantCulture);
        string Real(double most) => (random.NextDouble() * most).ToString(version == 2 ? "F3" : "F6", CultureInfo.InvariantCulture);

        List<string> fields = ["all.q", $"n{random.Next(9)}", "physics", $"user{random.Next(9)}", Names[random.Next(Names.Length)], $"{job}", "sge", $"{random.Next(-5, 6)}"];
        fields.AddRange([Time(submitted), Time(started), Time(ended), $"{failed}", $"{random.Next(3) * 68}", $"{Math.Max(0, ended - started)}", Real(100), Real(9), Real(9e6)]);
        fields.AddRange(Enumerable.Range(0, 14).Select(_ => $"{random.Next(1000)}"));
        fields.AddRange(["NONE", "defaultdepartment", isTask ? "mpi" : "NONE", isTask ? "4" : "1", $"{task}", Real(99), Real(9), Real(9)]);
        fields.AddRange([random.Next(3) == 0 ? "-l h=n1|\nn2" : "-q all.q -l h_rt=60", "0.000000", isTask ? "1.n1" : "NONE", Real(9e9)]);
        if (version > 0)
        {
            fields.AddRange(["0", "0"]);
        }

        if (version == 2)
        {
            fields.AddRange(["NONE", "NONE", $"{random.Next(1 << 30)}", $"{random.Next(1 << 30)}", "login1", "/home/user", "qsub run", Real(9000), $"{random.Next(99)}", "0"]);
        }

        return new SampleRecord(Encoding.UTF8.GetBytes(string.Join(':', fields) + "\n"), isTask ? null : SampleRecord.KeyOf(job, task, submitted, ended > 0 ? ended : submitted));
    }
}
