using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Store;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>A configuration is taken as it was meant, or refused with the place where it is wrong.</summary>
public sealed class CollectorConfigurationTests : IDisposable
{
    private readonly TestDirectory directory = new();

    [Fact]
    public void A_file_with_every_key_gives_every_option()
    {
        var configuration = Load(
            """
            # one cluster
            store: "db/accounting.db"
            timezone: Europe/Zurich
            once: true
            pollSeconds: 0.5
            nulPatienceSeconds: 0
            metrics: m/nfstools.prom
            log: json
            logLevel: warning
            sources:
              - path: logdir/lsb.acct
                cluster: '2024'
                format: lsf
              - {path: /abs/other.acct}
            """);

        Assert.Equal((directory["db/accounting.db"], "Europe/Zurich"), (configuration.Store.Name, configuration.Store.TimeZone));
        Assert.Equal("Europe/Zurich", configuration.In(StoreAddress.Parse("/other.db")).Store.TimeZone);
        Assert.True(configuration.Options.Once);
        Assert.Equal(TimeSpan.FromMilliseconds(500), configuration.Options.PollInterval);
        Assert.Equal(TimeSpan.Zero, configuration.Options.NulPatience);
        Assert.Equal((directory["m/nfstools.prom"], "json", "warning"), (configuration.Metrics, configuration.Log, configuration.LogLevel));
        Assert.Equal([directory["logdir/lsb.acct"], "/abs/other.acct"], configuration.Options.Sources.Select(s => s.Path));
        Assert.Equal(["2024", "default"], configuration.Options.Sources.Select(s => s.Cluster));
    }

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var configuration = Load("\ufeffstore: a.db\r\nsources:\r\n- path: /lsf/work/cluster1/logdir/lsb.acct\r\n");

        Assert.False(configuration.Options.Once);
        Assert.Equal(TimeSpan.FromSeconds(5), configuration.Options.PollInterval);
        Assert.Equal(TimeSpan.FromMinutes(10), configuration.Options.NulPatience);
        var source = Assert.Single(configuration.Options.Sources);
        Assert.Equal(("cluster1", "lsf"), (source.Cluster, source.Format));
    }

    [Theory]
    [InlineData("store: a.db\nsources:\n  - path: x\n    clusters: c\n", "4:5: unknown key \"clusters\"; known keys: path, command, cluster, format, timezone, archives, layout, since, pollSeconds, lagSeconds, timeoutSeconds.")]
    [InlineData("store: a.db\nSources: []\n", "2:1: unknown key \"Sources\"; known keys: store, passwordFile, allowNetworkStore, timezone, role, leaseSeconds, once, pollSeconds, nulPatienceSeconds, metrics, log, logLevel, sources.")]
    [InlineData("store: a.db\n[x]: 1\n", "2:1: expected a key, found a list.")]
    [InlineData("sources:\n  - path: x\n", "1:1: the key \"store\" is missing.")]
    [InlineData("store: a.db\n", "1:1: the key \"sources\" is missing.")]
    [InlineData("store: a.db\nsources:\n  - cluster: c\n", "3:5: the key \"path\" is missing.")]
    [InlineData("store: a.db\nsources:\n  - command: sacct\n    path: x\n", "4:11: path: a source is a log or a command.")]
    [InlineData("store: a.db\nsources:\n  - since: 2024-01-01\n", "3:12: since: a source is a log or a command.")]
    [InlineData("store: a.db\nsources:\n  - command: sacct\n    layout: daily\n", "4:13: layout: it does nothing for a command.")]
    [InlineData("store: a.db\nsources:\n  - path: x\n    lagSeconds: 5\n", "4:17: lagSeconds: it does nothing for a log.")]
    [InlineData("store: a.db\nsources:\n  - command: sact\n", "3:14: command: There is no command \"sact\" that could be asked by its name alone.")]
    [InlineData("store: a.db\nsources:\n  - command: [sacct, -P]\n    format: slurm\n", "3:14: command: The command sacct is not told which time it is asked about.")]
    [InlineData("store: a.db\nsources:\n  - command: [a, '{since}', '{until}']\n", "3:14: command: The format of what a writes is not named.")]
    [InlineData("store: a.db\nsources:\n  - command: [a, '{since}', '{until}']\n    format: slurm\n", "4:13: format: Times in logs of the format slurm are local ones, and no time zone is named for them.")]
    [InlineData("store: a.db\nsources:\n  - command: sacct\n    format: lsf\n", "4:13: format: The answers of sacct are of the format slurm, and their times UTC: lsf does nothing with it.")]
    [InlineData("store: a.db\nsources:\n  - command: sacct\n    since: yesterday\n", "4:12: since: \"yesterday\" is no time since 1970.")]
    [InlineData("store: a.db\nsources:\n  - command: sacct\n  - command: sacct\n", "4:14: command: command:sacct is named twice.")]
    [InlineData("store: a.db\nstore: b.db\n", "2:1: duplicate key \"store\".")]
    [InlineData("store: [a.db]\n", "1:8: store: expected a text, found a list.")]
    [InlineData("store: 5\n", "1:8: store: expected a text, found the number 5.")]
    [InlineData("store:\n", "1:7: store: expected a text, found nothing.")]
    [InlineData("store: true\n", "1:8: store: expected a text, found true.")]
    [InlineData("store: ''\n", "1:8: store: must not be empty, and holds no NUL character.")]
    [InlineData("store: a.db\nonce: yes\nsources: [{path: x}]\n", "2:7: once: expected true or false, found the text \"yes\".")]
    [InlineData("store: a.db\nonce: \"true\"\nsources: [{path: x}]\n", "2:7: once: expected true or false, found the text \"true\".")]
    [InlineData("store: a.db\npollSeconds: 5s\nsources: [{path: x}]\n", "2:14: pollSeconds: expected a number from 0.1 to 3600, found the text \"5s\".")]
    [InlineData("store: a.db\npollSeconds: 0.01\nsources: [{path: x}]\n", "2:14: pollSeconds: 0.01 is out of range, which is 0.1 to 3600.")]
    [InlineData("store: a.db\nnulPatienceSeconds: -1\nsources: [{path: x}]\n", "2:21: nulPatienceSeconds: -1 is out of range, which is 0 to 604800.")]
    [InlineData("store: a.db\ntimezone: Europe/Nowhere\nsources: [{path: x}]\n", "2:11: timezone: The time zone \"Europe/Nowhere\" is not known on this host")]
    [InlineData("store: a.db\nlog: xml\nsources: [{path: x}]\n", "2:6: log: \"xml\" is none of text, json.")]
    [InlineData("store: a.db\nrole: failover\nsources: [{path: x}]\n", "2:7: role: it does not go with the store ")]
    [InlineData("store: a.db\nleaseSeconds: 15\nsources: [{path: x}]\n", "2:15: leaseSeconds: it does not go with the store ")]
    [InlineData("store: a.db\npasswordFile: p\nsources: [{path: x}]\n", "2:15: passwordFile: it does not go with the store ")]
    [InlineData("store: Host=db\nallowNetworkStore: true\nsources: [{path: x}]\n", "2:20: allowNetworkStore: it does not go with the store db.")]
    [InlineData("role: failover\nstore: dbname=acc password=hunter2\nsources: [{path: x}]\n", "2:8: store: The store's connection string has a password in it, which would be seen in process lists and logs.")]
    [InlineData("store: a.db\nsources: [{path: x, archives: []}]\n", "2:31: archives: the list is empty.")]
    [InlineData("store: a.db\nsources: [{path: x, archives: 'a*/b'}]\n", "2:31: archives: \"a*/b\" is no pattern of archives' names.")]
    [InlineData("store: a.db\nsources: [{path: x, archives: old/}]\n", "2:31: archives: \"old/\" is no pattern of archives' names.")]
    [InlineData("store: a.db\nsources: [{path: x, layout: weekly}]\n", "2:29: layout: \"weekly\" is none of numbered, dated, daily, single.")]
    [InlineData("store: a.db\nsources: []\n", "2:10: sources: the list is empty.")]
    [InlineData("store: a.db\nsources: lsb.acct\n", "2:10: sources: expected a list, found the text \"lsb.acct\".")]
    [InlineData("store: a.db\nsources:\n- lsb.acct\n", "3:3: expected keys with values, found the text \"lsb.acct\".")]
    [InlineData("store: a.db\nsources:\n- path: x\n  format: loadleveler\n", "4:11: format: there is no accounting format \"loadleveler\".")]
    [InlineData("store: a.db\nsources:\n- path: x\n  format: columns\n", "4:11: format: Times in logs of the format columns are local ones, and no time zone is named for them.")]
    [InlineData("store: a.db\nsources:\n- path: x\n  format: columns\n  timezone: Mars\n", "5:13: timezone: The time zone \"Mars\" is not known on this host.")]
    [InlineData("store: a.db\nsources:\n- path: x\n  timezone: UTC\n", "4:13: timezone: Logs of the format lsf have no local times: the time zone UTC does nothing with them.")]
    [InlineData("store: a.db\nsources:\n- path: x\n- path: ./x\n", "4:9: path: ")]
    [InlineData("- store: a.db\n", "1:1: expected keys with values, found a list.")]
    [InlineData("", "1:1: the file is empty.")]
    [InlineData("# nothing\n", "1:1: the file is empty.")]
    [InlineData("store: a.db\n---\nstore: b.db\n", "3:1: a second document begins.")]
    [InlineData("store: a.db\nsources:\n\t- path: x\n", "tab")]
    [InlineData("store: @a\n", "1:8: while scanning for the next token, found character that cannot start any token.")]
    [InlineData("store: *a\n", "the anchor 'a' does not exists.")]
    [InlineData("store: [a\nonce: true", ": a list or mapping is not closed.")]
    public void An_error_names_file_line_and_column(string yaml, string expected)
    {
        var error = Assert.Throws<NfsToolsException>(() => Load(yaml));

        Assert.StartsWith(directory["collector.yaml"] + ":", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\.\.$", error.Message);
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public void A_source_has_the_time_zone_of_its_local_times() =>
        Assert.Equal("Asia/Tokyo", Load("store: a.db\ntimezone: Europe/Zurich\nsources:\n- path: x\n  format: columns\n  timezone: Asia/Tokyo\n").Options.Sources[0].Settings.TimeZone);

    [Fact]
    public void A_file_that_is_not_there_and_a_directory_are_told_apart()
    {
        Assert.Contains("there is no such file", Assert.Throws<NfsToolsException>(() => CollectorConfiguration.Load(directory["none.yaml"])).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<NfsToolsException>(() => CollectorConfiguration.Load(Path.GetDirectoryName(directory["x"])!)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => directory.Dispose();

    private CollectorConfiguration Load(string yaml)
    {
        File.WriteAllText(directory["collector.yaml"], yaml);
        return CollectorConfiguration.Load(directory["collector.yaml"]);
    }
}
