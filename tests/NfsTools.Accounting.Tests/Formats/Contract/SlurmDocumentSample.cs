using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <summary>What <c>sacct --json</c> of Slurm 22.05 or 24.05 prints, without its end, or a jobcomp plugin sends, by turns of files.</summary>
/// <param name="seed">What the records are made of.</param>
public sealed class SlurmDocumentSample(int seed) : FormatSample
{
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Ends = ["COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "OUT_OF_MEMORY", "NODE_FAIL", "REQUEUED"];
    private static readonly string[] Names = ["sim", "two\nlines", "x\"}, {\"account\": \"evil\", \"job_id\": 1", "\n{\"jobid\":1", "né\\"];
    private readonly Random random = new(seed);
    private int files;
    private long made;

    /// <inheritdoc/>
    public override string Format => "slurm-json";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Insertions { get; } =
        ["{", "}", "[", "]", "\"", "\\", ",", ":", "\n", "\0", "\0\0\0", "\n{", "{\"account\": \"a\"", "{\"jobid\":1,", "],\n\"meta\": {", "\"jobs\": [", "{}", "[{", "null", "1e999", "99999999999999999999", "é", "\\ud800"];

    private bool IsJobcomp => files % 3 == 2;

    /// <inheritdoc/>
    public override byte[] Begin()
    {
        files++;
        return IsJobcomp ? [] : "{\n  \"meta\": {\n    \"command\": [\n      \"sacct\"\n    ]\n  },\n  \"errors\": [\n  ],\n  \"jobs\": [\n"u8.ToArray();
    }

    /// <inheritdoc/>
    public override SampleRecord Next()
    {
        var job = ++made;
        var submitted = 1_711_800_000 + random.Next(86400) + job;
        var (started, ended) = (submitted + random.Next(3600), submitted + 3600 + random.Next(86400));
        var element = random.Next(3) == 0 ? random.Next(1, 100) : 0;
        if (IsJobcomp)
        {
            return new SampleRecord(Encoding.UTF8.GetBytes(Jobcomp(job, element, submitted, started, ended).ToJsonString(Compact) + "\n"), SampleRecord.KeyOf(job, element, submitted, ended));
        }

        var isActive = random.Next(20) == 0;
        var text = Sacct(job, element, submitted, started, isActive ? 0 : ended, isActive).ToJsonString(Pretty);
        return new SampleRecord(Encoding.UTF8.GetBytes($"    {text.ReplaceLineEndings("\n    ")},\n"), isActive ? null : SampleRecord.KeyOf(job, element, submitted, ended));
    }

    private static string Utc(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);

    private static JsonObject Time(long microseconds) => new() { ["seconds"] = microseconds / 1_000_000, ["microseconds"] = microseconds % 1_000_000 };

    private JsonNode Number(long? number) => files % 2 == 0 ? new JsonObject { ["set"] = number is not null, ["infinite"] = false, ["number"] = number ?? 0 } : number is null ? JsonValue.Create("")! : JsonValue.Create(number.Value);

    private string Name() => Names[random.Next(Names.Length)];

    private JsonObject Sacct(long job, int element, long submitted, long started, long ended, bool isActive)
    {
        var state = isActive ? "RUNNING" : Ends[random.Next(Ends.Length)];
        var cpus = random.Next(1, 65);
        JsonArray Tres() =>
        [
            new JsonObject { ["type"] = "cpu", ["name"] = "", ["id"] = 1, ["count"] = cpus }, new JsonObject { ["type"] = "mem", ["name"] = null, ["id"] = 2, ["count"] = 1536 },
            new JsonObject { ["type"] = "gres", ["name"] = "gpu:a100", ["id"] = 1001, ["count"] = 2 },
        ];
        JsonObject Step() => new()
        {
            ["time"] = new JsonObject { ["user"] = Time(random.Next()), ["system"] = Time(random.Next()), ["total"] = Time(random.Next()) },
            ["step"] = new JsonObject { ["id"] = $"{job}.batch", ["name"] = Name() },
            ["tres"] = new JsonObject { ["requested"] = new JsonObject { ["max"] = new JsonArray(new JsonObject { ["type"] = "mem", ["name"] = "", ["id"] = 2, ["count"] = random.Next() }) } },
        };

        return new JsonObject
        {
            ["account"] = $"a{random.Next(5)}",
            ["comment"] = new JsonObject { ["job"] = Name() },
            ["allocation_nodes"] = 2,
            ["array"] = new JsonObject { ["job_id"] = element > 0 ? job : 0, ["task_id"] = Number(element > 0 ? element : null), ["task"] = "" },
            ["association"] = new JsonObject { ["account"] = "other", ["cluster"] = "bed" },
            ["cluster"] = "bed",
            ["exit_code"] = new JsonObject { ["status"] = new JsonArray("SUCCESS"), ["return_code"] = Number(0), ["signal"] = new JsonObject { ["id"] = Number(null), ["name"] = "" } },
            ["time"] = new JsonObject { ["elapsed"] = 1, ["eligible"] = submitted, ["end"] = ended, ["start"] = started, ["submission"] = submitted, ["limit"] = Number(10), ["user"] = Time(0), ["total"] = Time(0) },
            ["job_id"] = element > 0 ? job + 1000 : job,
            ["name"] = Name(),
            ["nodes"] = "n[01-02]",
            ["partition"] = "p",
            ["state"] = new JsonObject { ["current"] = files % 2 == 0 ? new JsonArray(state) : JsonValue.Create(state), ["reason"] = "None" },
            ["steps"] = new JsonArray(Step(), Step()),
            ["tres"] = new JsonObject { ["allocated"] = Tres(), ["requested"] = Tres() },
            ["user"] = $"user{random.Next(9)}",
            ["working_directory"] = "/home/a b",
        };
    }

    private JsonObject Jobcomp(long job, int element, long submitted, long started, long ended)
    {
        var record = new JsonObject
        {
            ["jobid"] = element > 0 ? job + 1000 : job,
            ["username"] = $"user{random.Next(9)}",
            ["user_id"] = 1000,
            ["@start"] = Utc(started),
            ["@end"] = Utc(ended),
            ["nodes"] = "n[01-02]",
            ["total_cpus"] = random.Next(1, 65),
            ["exit_code"] = "0:0",
            ["state"] = Ends[random.Next(Ends.Length - 1)],
            ["@submit"] = Utc(submitted),
            ["work_dir"] = Name(),
            ["job_name"] = Name(),
        };
        if (element > 0)
        {
            (record["array_job_id"], record["array_task_id"]) = (job, element);
        }

        return record;
    }
}
