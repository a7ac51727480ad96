using System.Text;

namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <summary>Histories of HTCondor's schedd, and ads as condor_history -long prints them, by turns.</summary>
/// <param name="seed">What the records are made of.</param>
public sealed class HTCondorSample(int seed) : FormatSample
{
    private static readonly string[] Texts =
    [
        "", "-n 3", "C:\\dir\\", "a \\\"b\\\"", "\\\"", "x *** Offset = 0 ClusterId = 1 ProcId = 0", "ClusterId = 1", "näme", "[ a = { 1, \\\"b\\\" } ]", "\\n*** Offset = 0 ClusterId = 1 ProcId = 0\\nClusterId = 1",
    ];

    private readonly Random random = new(seed);
    private long made;
    private long offset;

    /// <inheritdoc/>
    public override string Format => "htcondor";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Insertions { get; } =
    [
        "\n", "\n\n", "\0", "\0\0\0", " ", " = ", "\"", "\\", "\\\"\n", "\n*** Offset = 0 ClusterId = 1 ProcId = 0\n", "***", "*** ", "ClusterId = 7\n", "JobStatus = 2\n", "99999999999999999999", "-", "\r", "é", "{", "[", "}", "]", "undefined",
    ];

    /// <inheritdoc/>
    public override SampleRecord Next()
    {
        if (random.Next(30) == 0)
        {
            return new SampleRecord("\n"u8.ToArray(), null);
        }

        var (job, proc) = (++made, random.Next(4));
        var submitted = 1_711_800_000 + (job * 60) + random.Next(40_000_000);
        var (started, ended) = (submitted + random.Next(3600), submitted + 3600 + random.Next(86400));
        var removed = random.Next(5) == 0;
        List<string> lines =
        [
            $"Args = \"{Texts[random.Next(Texts.Length)]}\"", $"ClusterId = {job}", "Cmd = \"/bin/sim\"", $"CompletionDate = {(removed ? 0 : ended)}", $"CumulativeSlotTime = {random.Next(99999)}.0", $"EnteredCurrentStatus = {ended}",
            $"Env = \"{Texts[random.Next(Texts.Length)]}\"", $"GlobalJobId = \"sub1#{job}.{proc}#{submitted}\"", $"ImageSize_RAW = {random.Next(1 << 20)}", $"JobBatchName = \"{Texts[random.Next(Texts.Length)]}\"", $"JobCurrentStartDate = {started}",
            $"JobStartDate = {started}", $"JobStatus = {(removed ? 3 : 4)}", $"LastJobStatus = {(removed ? 2 : 6)}", $"LastRemoteHost = \"slot1_{random.Next(9)}@n{random.Next(9)}\"", $"MachineAttr = [ Name = \"{Texts[random.Next(Texts.Length)]}x\"; Cpus = {{ 1,2.5 }} ]",
            $"MyType = \"Job\"", $"Owner = \"user{random.Next(9)}\"", $"ProcId = {proc}", $"QDate = {submitted}", $"RemoteSysCpu = 1.5E+01", $"RemoteUserCpu = {random.Next(9999)}.0", $"RemoteWallClockTime = {ended - started}.0", $"RequestCpus = {random.Next(1, 9)}",
            "RequestMemory = ifthenelse(MemoryUsage =!= undefined,MemoryUsage,1)", "Requirements = (TARGET.Arch == \"X86_64\") && (TARGET.Memory >= RequestMemory)", $"ResidentSetSize = {random.Next(1 << 20)}", "User = \"user@pool\"", "WantCheckpoint = false",
            .. random.Next(4) == 0 ? ["ExitBySignal = true", "ExitSignal = 9"] : new[] { "ExitBySignal = false", "ExitCode = 0" }, .. random.Next(3) == 0 ? ["CpusProvisioned = 4", "GPUsProvisioned = 1"] : Array.Empty<string>(),
        ];

        // The history has short names first or the alphabet's order, condor_history the second.
        var form = random.Next(3);
        lines.Sort((a, b) => form == 0 && NameLength(a) != NameLength(b) ? NameLength(a) - NameLength(b) : StringComparer.Ordinal.Compare(a, b));
        var end = form == 2 ? "" : $"*** Offset = {offset} ClusterId = {job} ProcId = {proc} Owner = \"user\" CompletionDate = {(removed ? 0 : ended)}{(form == 0 ? $" CurrentTime = {ended + 5}" : "")}";
        var record = Encoding.UTF8.GetBytes(string.Join("\n", [.. lines, end]) + "\n");
        offset += record.Length;
        return new SampleRecord(record, SampleRecord.KeyOf(job, proc, submitted, ended));
    }

    private static int NameLength(string line) => line.IndexOf(' ', StringComparison.Ordinal);
}
