using System.Diagnostics;
using System.Text.RegularExpressions;

namespace NfsTools.Cli.Tests;

/// <summary><c>nfstools service install</c>: the units it writes, and what it refuses.</summary>
public sealed class ServiceTests : IDisposable
{
    // Whatever means something to systemd: specifiers, variables, quotes, escapes, blanks, a separator of commands, comments.
    private const string Hostile = "a b %n %% $HOME ${x} \"q\" 'r' \\x41\\ ; # é\\";
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    private readonly TestDirectory directory = new();

    public ServiceTests() => Directory.CreateDirectory(Units);

    private string Units => directory["units"];

    private string Config => directory["collector.yaml"];

    [Theory]
    [InlineData("service")]
    [InlineData("service", "--user", "lsfadmin")]
    [InlineData("service timer", "--timer")]
    [InlineData("service timer", "--timer", "--every", "90s", "--name", "lsf.acct")]
    public void What_is_printed_is_what_is_written_and_systemd_takes_it(string kinds, params string[] options)
    {
        Configure("/var/lib/nfstools/a.db");
        var name = options.Contains("--name") ? "lsf.acct" : "nfstools-collector";
        var files = kinds.Split(' ').Select(kind => Path.Combine(Units, $"{name}.{kind}")).ToList();

        var printed = Install([.. options, "--print"]);
        Assert.Empty(Directory.EnumerateFiles(Units));
        var written = Install(options);

        Assert.Equal((0, "", 0, ""), (printed.Code, printed.Errors, written.Code, written.Errors));
        Assert.Equal(files.Order(), Directory.EnumerateFiles(Units).Order());
        Assert.Equal(printed.Output, string.Join('\n', files.Select(File.ReadAllText)));
        Assert.EndsWith($"  systemctl daemon-reload\n  systemctl enable --now {Path.GetFileName(files[^1])}\n", written.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), Systemd("systemd-analyze", ["verify", .. files]));
    }

    [Fact]
    public void The_service_may_write_to_the_directory_of_its_store_alone()
    {
        Configure("/var/lib/nfstools/a.db", "/lsf/c1/logdir/lsb.acct", "/home/lsf/lsb.acct");

        var unit = Install("--print").Lines;

        Assert.Contains("ProtectSystem=strict", unit);
        Assert.Contains("ReadWritePaths=\"/var/lib/nfstools\"", unit);
        Assert.Contains("ProtectHome=read-only", unit);
        Assert.Contains("NoNewPrivileges=yes", unit);
        Assert.Contains("\"/home/lsf\" \"/lsf/c1/logdir\"", Assert.Single(unit, l => l.StartsWith("RequiresMountsFor=", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain(unit, l => l.StartsWith("MemoryDenyWriteExecute", StringComparison.Ordinal));
        Assert.DoesNotContain("a.db", string.Join('\n', unit), StringComparison.Ordinal);
    }

    [Fact]
    public void The_directory_of_the_metrics_can_be_written_too_and_a_database_needs_none()
    {
        File.WriteAllText(Config, "store: Host=db;Database=accounting\nmetrics: /var/lib/prometheus/nfstools.prom\nsources: [{path: /lsf/lsb.acct}]\n");

        var unit = Install("--print").Lines;

        Assert.Contains("ReadWritePaths=\"/var/lib/prometheus\"", unit);
        Assert.DoesNotContain("Host=", string.Join('\n', unit), StringComparison.Ordinal);
    }

    [Fact]
    public void What_symbolic_links_lead_to_counts_too()
    {
        File.CreateSymbolicLink(directory["log"], "/home/lsf");
        Configure("/var/lib/nfstools/a.db", directory["log/c1/lsb.acct"]);

        var unit = Install("--print").Output;

        Assert.Contains("\"/home/lsf/c1\"", unit, StringComparison.Ordinal);
        Assert.Contains($"\"{directory["log/c1"]}\"", unit, StringComparison.Ordinal);
        Assert.Contains("ProtectHome=read-only\n", unit, StringComparison.Ordinal);
    }

    [Fact]
    public void The_service_may_write_where_the_store_itself_is_though_its_name_is_a_symbolic_link()
    {
        Directory.CreateDirectory(directory["data"]);
        File.CreateSymbolicLink(directory["a.db"], "data/b.db");
        Configure(directory["a.db"]);

        Assert.Contains($"ReadWritePaths=\"{directory["data"]}\"", Install("--print").Output.Replace($"\"{Path.GetDirectoryName(directory["x"])}\" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("store: Host=db", "read-only", "")]
    [InlineData("store: Host=db;Passfile=/etc/nfstools/pgpass", "yes", "/etc/nfstools")]
    [InlineData("store: Host=db\npasswordFile: /etc/secret/p", "yes", "/etc/secret")]
    [InlineData("store: Host=db;Passfile=/home/lsf/pgpass", "read-only", "/home/lsf")]
    [InlineData("store: Host=db;Passfile=/p/p;SSL Certificate=/c/c;SSL Key=/k/k;Root Certificate=/r/r", "yes", "/c /k /p /r")]
    [InlineData("store: Host=db;Passfile=/p/p;SSL Key=/root/k", "read-only", "/p /root")]
    public void The_service_sees_the_files_that_reaching_its_database_needs(string store, string protectHome, string directories)
    {
        File.WriteAllText(Config, $"{store}\nsources: [{{path: /lsf/lsb.acct}}]\n");

        var unit = Install("--print").Lines;

        Assert.Contains($"ProtectHome={protectHome}", unit);
        var mounts = Assert.Single(unit, l => l.StartsWith("RequiresMountsFor=", StringComparison.Ordinal));
        Assert.All(directories.Split(' ', StringSplitOptions.RemoveEmptyEntries), d => Assert.Contains($"\"{d}\"", mounts, StringComparison.Ordinal));
    }

    [Fact]
    public void A_path_stays_a_path_whatever_it_holds()
    {
        var place = Directory.CreateDirectory(directory[Hostile]).FullName;
        File.WriteAllText(Path.Combine(place, "c.yaml"), "store: a.db\nsources: [{path: lsb.acct}]\n");
        foreach (var open in new[] { Path.GetDirectoryName(place)!, Units, place })
        {
            File.SetUnixFileMode(open, Readable);
        }

        Assert.Equal(0, NfstoolsProcess.Run("service", "install", "--config", Path.Combine(place, "c.yaml"), "--unit-directory", Units, "--name", "hostile").Code);
        var (_, dump) = Systemd(
            "/bin/sh",
            "-c", "d=/usr/lib/systemd/systemd; [ -x $d ] || d=/lib/systemd/systemd; export SYSTEMD_UNIT_PATH=$1: HOME=$1; [ $(id -u) = 0 ] && s='setpriv --reuid=65534 --regid=65534 --clear-groups'; $s $d --test --system --unit=hostile.service",
            "sh", Units);
        var unit = Regex.Match(dump, @"-> Unit hostile\.service:(?s:.*?)(?=-> Unit |\z)").Value;

        Assert.Contains($"ReadWritePaths: {place}\n", unit, StringComparison.Ordinal);
        Assert.Contains($"RequiresMountsFor: {place} ", unit, StringComparison.Ordinal);

        // Shown as a shell would take it; "$$" is one dollar sign once it is run.
        var command = Regex.Replace(Regex.Match(unit, "Command Line: (.*)").Groups[1].Value, @"\\(.)", "$1").Replace("$$", "$", StringComparison.Ordinal);
        Assert.EndsWith($" collect --config \"{place}/c.yaml\"", command, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_a_unit_cannot_hold_is_refused()
    {
        Configure(directory["x\\nExecStartPre=-\\n/a.db"]);

        var outcome = Install();

        Assert.Equal((2, ""), (outcome.Code, outcome.Output));
        Assert.Contains("a unit file cannot hold characters that nobody can see, nor what is not UTF-8", outcome.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Units));
    }

    [Theory]
    [InlineData("/s.db", "/")]
    [InlineData("/var/lib/a.db", "/var/lib")]
    [InlineData("/etc/a.db", "/etc")]
    [InlineData("/root/a.db", "/root")]
    [InlineData("/home/lsf/a.db", "/home/lsf")]
    [InlineData("/usr/lib/x/a.db", "/usr/lib/x")]
    [InlineData("/var/lib/nfstools/a.db", "/", "/nfstools.prom")]
    public void A_store_or_metrics_in_a_directory_that_holds_more_than_they_are_refused(string store, string wide, string metrics = "/var/lib/m/m.prom")
    {
        File.WriteAllText(Config, $"store: {store}\nmetrics: {metrics}\nsources: [{{path: /lsf/lsb.acct}}]\n");

        var outcome = Install("--print");

        Assert.Equal((2, ""), (outcome.Code, outcome.Output));
        Assert.StartsWith($"nfstools: {wide}: the service would have to be allowed to write to this whole directory", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_a_symbolic_link_leads_to_such_a_directory_is_refused_too()
    {
        File.CreateSymbolicLink(directory["root"], "/");
        Configure(directory["root/s.db"]);

        Assert.Equal(2, Install("--print").Code);
    }

    [Fact]
    public void A_unit_of_somebody_else_is_replaced_by_force_alone_and_an_own_one_at_once()
    {
        Configure("/var/lib/nfstools/a.db");
        var unit = Path.Combine(Units, "nfstools-collector.service");
        File.WriteAllText(unit, "[Service]\nExecStart=/bin/true\n");

        var refused = Install("--timer");
        Assert.Equal(3, refused.Code);
        Assert.Contains("was not written by nfstools", refused.Errors, StringComparison.Ordinal);
        Assert.Equal([unit], Directory.EnumerateFileSystemEntries(Units));

        Assert.Equal(0, Install("--timer", "--force").Code);
        var again = Install();
        Assert.Equal(0, again.Code);
        Assert.Contains("Type=notify\n", File.ReadAllText(unit), StringComparison.Ordinal);
        Assert.Contains($"systemctl disable --now nfstools-collector.timer\n  rm {Path.Combine(Units, "nfstools-collector.timer")}\n", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_configuration_is_told_with_its_place_and_writes_nothing()
    {
        File.WriteAllText(Config, "store: a.db\nsource: []\n");

        var outcome = Install();

        Assert.Equal(2, outcome.Code);
        Assert.StartsWith($"nfstools: {Config}:2:1: unknown key \"source\"", outcome.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Units));
    }

    [Theory]
    [InlineData("--name", "a/b", "is no name of a unit")]
    [InlineData("--name", "a@b", "is no name of a unit")]
    [InlineData("--user", "x\nExecStart=y", "is no name of a user")]
    [InlineData("--every", "5m", "--every needs --timer")]
    public void A_wrong_option_is_refused(string option, string value, string expected)
    {
        Configure("/var/lib/nfstools/a.db");

        var outcome = Install(option, value);

        Assert.Equal(2, outcome.Code);
        Assert.Contains(expected, outcome.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Units));
    }

    [Fact]
    public void What_ends_by_itself_needs_a_timer()
    {
        File.WriteAllText(Config, "store: a.db\nonce: true\nsources: [{path: lsb.acct}]\n");

        Assert.Equal(2, Install("--print").Code);
        Assert.Equal(0, Install("--print", "--timer").Code);
    }

    public void Dispose() => directory.Dispose();

    private (int Code, string Output) Systemd(string program, params string[] arguments)
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(d => File.Exists(Path.Combine(d, "systemd-analyze"))), "the units were not shown to systemd: Debian's package systemd is not installed");

        // Of this host's own units it is shown none: what is wrong with another package's is not ours.
        var targets = Directory.CreateDirectory(directory["targets"]).FullName;
        foreach (var target in (string[])["sysinit", "basic", "shutdown", "timers", "multi-user", "network-online", "time-sync"])
        {
            File.WriteAllText(Path.Combine(targets, $"{target}.target"), "[Unit]\n");
        }

        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SYSTEMD_UNIT_PATH"] = $"{Units}:{targets}";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }

    private void Configure(string store, params string[] logs) =>
        File.WriteAllText(Config, $"store: \"{store}\"\nsources:\n{string.Concat((logs.Length > 0 ? logs : ["/lsf/c1/logdir/lsb.acct"]).Select(l => $"- path: {l}\n"))}");

    [Fact]
    public void A_wrong_option_is_answered_with_the_help_of_the_verb_it_was_given_to()
    {
        var outcome = Install("--nonsense");

        Assert.Equal(2, outcome.Code);
        Assert.Contains("\"nfstools service install --help\" tells what there is.", outcome.Errors, StringComparison.Ordinal);
    }

    private NfstoolsProcess.Outcome Install(params string[] options) => NfstoolsProcess.Run(["service", "install", "--config", Config, "--unit-directory", Units, .. options]);
}
