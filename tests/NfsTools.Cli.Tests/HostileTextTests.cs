using System.Diagnostics;
using System.Text.Json;

namespace NfsTools.Cli.Tests;

/// <summary>What others called their files and jobs moves no terminal and hides nothing, whatever nfstools tells of it.</summary>
public sealed class HostileTextTests : IClassFixture<HostileTextTests.HostileFiles>
{
    // Controls, joiners, marks and overrides of direction, fillers, selectors and tags: within the basic plane and beyond.
    private static readonly int[] Points =
    [
        0x01, 0x07, 0x0D, 0x1B, 0x7F, 0x85, 0x9B, 0xAD, 0x34F, 0x61C, 0x115F, 0x180B, 0x180E, 0x200B, 0x200D, 0x200F, 0x2028, 0x2029, 0x202E, 0x2060, 0x2066, 0x2069,
        0x2800, 0x3164, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9, 0x110BD, 0x1BCA0, 0x1D159, 0x1D173, 0xE0001, 0xE0041, 0xE007F, 0xE0100, 0xE01EF,
    ];

    private static readonly string Evil = $"x{string.Concat(Points.Select(char.ConvertFromUtf32))}y";
    private readonly HostileFiles files;

    public HostileTextTests(HostileFiles files) => this.files = files;

    // E is the hostile name, of a log.
    public static TheoryData<string> Commands =>
    [
        "fs E", "fs E --json", "stamp E", "stamp E --json", "stamp E/E", "stamp E --export E/E", "check E --newer-than E --retries 0", "check E --expect E", "wait E --gone --timeout 0",
        "wait E --gone --timeout 0 --json", "lock E -- true", "lock E.lock -- true", "lock E.lock --status", "parse E", "parse E --json", "parse E/E", "watch E --content --resume-from E",
        "collect E --store E.db --once", "collect E --store E.db --once --json", "collect --config E.yaml --once", "collect --config E.yaml --once --log json", "collect --config E/E", "collect E --store Host=E",
        "status --store E.db", "status --store E.db --json", "status --store E.db --rejects", "status --store E/E", "verify --store E.db", "backup --store E.db --to E", "backup --store E --to E/E", "query --store E.db", "query --store E.db --json",
        "query --store E.db --user E --state E", "report --store E.db --by user,project", "report --store E.db --by user,project --json", "report --store E.db --by E",
        "run -i E -o E.out -- true", "run -i E/E --retries 0 -- true", "run --expect E -- true", "run --capsules E -- true", "run -- E", "flow check E.flow", "flow run E.flow --dry-run",
        "flow run E.flow --json", "flow graph E.flow", "flow check E", "service install --config E.yaml --print", "service install --config E --unit-directory E", "E", "stamp --E", "query --store E.db --from E",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void No_hostile_character_reaches_a_terminal(string command)
    {
        var outcome = NfstoolsProcess.Run([.. command.Split(' ').Select(word => word switch
        {
            "Host=E" => $"Host={Evil}",
            "E" when command is "E" or "run -- E" or "query --store E.db --from E" or "report --store E.db --by E" => Evil,
            "--E" => $"--{Evil}",
            _ when word.StartsWith('E') => files.Directory[word.Replace("E", Evil, StringComparison.Ordinal)],
            _ => word,
        })]);

        Assert.Equal([], Hostile(outcome.Output + outcome.Errors));
        Assert.NotEqual("", outcome.Output + outcome.Errors + (command.StartsWith("lock", StringComparison.Ordinal) ? "silent" : ""));
    }

    [Fact]
    public void Reports_graphs_and_metrics_hold_none_either_and_reports_are_exact()
    {
        var (report, graph, metrics) = (files.Directory["report.json"], files.Directory["graph.svg"], files.Directory["metrics.prom"]);
        var name = files.Directory[Evil];
        NfstoolsProcess.Run("run", "-i", name, "--json", report, "--", "cat", name);
        NfstoolsProcess.Run("flow", "graph", files.Directory[$"{Evil}.flow"], "-o", graph);
        NfstoolsProcess.Run("collect", name, "--store", files.Directory["other.db"], "--cluster", Evil, "--once", "--metrics", metrics);

        Assert.All([report, graph, metrics], file => Assert.Equal([], Hostile(File.ReadAllText(file))));
        Assert.Equal(name, JsonDocument.Parse(File.ReadAllText(report)).RootElement.GetProperty("inputs")[0].GetProperty("path").GetString());
        Assert.Contains("cluster=\"x\\\\u0001", File.ReadAllText(metrics), StringComparison.Ordinal);
    }

    [Fact]
    public void Comma_separated_values_are_exact_in_a_file_and_clean_on_a_terminal()
    {
        string[] query = ["query", "--store", files.Directory[$"{Evil}.db"], "--csv"];
        var start = new ProcessStartInfo("script", ["-qec", string.Join(' ', NfstoolsProgram.Words.Concat(query).Select(SafeText.ShellWord)), "/dev/null"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            Environment = { ["SHELL"] = "/bin/bash" },
        };
        using var terminal = Process.Start(start)!;
        terminal.StandardInput.Close();
        var shown = terminal.StandardOutput.ReadToEnd();
        terminal.WaitForExit();

        Assert.Contains(Evil, NfstoolsProcess.Run(query).Output, StringComparison.Ordinal);
        Assert.Contains("x??", shown, StringComparison.Ordinal);
        Assert.Equal([], Hostile(shown.Replace("\r\n", "\n", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Hostile(string text) =>
        Points.Where(point => text.Contains(char.ConvertFromUtf32(point), StringComparison.Ordinal)).Select(point => $"U+{point:X4}");

    /// <summary>A log, its store, a configuration and a flow, all of a hostile name.</summary>
    public sealed class HostileFiles : IDisposable
    {
        public HostileFiles()
        {
            // A carriage return in a text field is not what is tried here: it would end no line, but YAML and CSV have rules of their own for it.
            var text = Evil;
            var log = Directory[Evil];
            File.WriteAllText(log, $"""
                "JOB_FINISH" "5.1" 1700000110 1 1000 0 1 1700000000 0 0 1700000010 "{text}" "{text}" "" "" "" "login1" "/{text}" "" "" "" "job.sh" 0 1 "{text}" 64 60.0 "{text}" "{text}" 50 0.5{string.Concat(Enumerable.Repeat(" -1", 17))} "" "{text}" 0 1 "" "" 0 2048 0 "" "" ""
                {text} damaged

                """);
            File.WriteAllText(Directory[$"{Evil}.yaml"], $"store: {Quoted(Directory[$"{Evil}-2.db"])}\nsources:\n  - path: {Quoted(log)}\n    cluster: {Quoted(text)}\n");
            File.WriteAllText(Directory[$"{Evil}.flow"], $"jobs:\n  - name: a\n    command: [cat, {Quoted(log)}]\n    inputs: [{Quoted(log)}]\n    outputs: [{Quoted(text)}]\n");
            NfstoolsProcess.Run("collect", log, "--store", Directory[$"{Evil}.db"], "--once");
        }

        internal TestDirectory Directory { get; } = new();

        public void Dispose() => Directory.Dispose();

        // Double-quoted YAML has the escapes of JSON.
        private static string Quoted(string text) => $"\"{string.Concat(text.EnumerateRunes().Select(r => r.IsAscii && r.Value >= ' ' && r.Value < 0x7F ? r.ToString() : $"\\U{r.Value:X8}"))}\"";
    }
}
