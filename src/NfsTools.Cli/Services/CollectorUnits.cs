using System.Globalization;
using NfsTools.Accounting.Collecting;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Cli.Services;

/// <summary>The systemd units of a collector (systemd.service(5), systemd.exec(5), systemd.timer(5)).</summary>
internal sealed record CollectorUnits
{
    /// <summary>How often a collector that runs by a timer begins, where nothing else is said.</summary>
    public static readonly TimeSpan UsualEvery = TimeSpan.FromMinutes(5);

    // Hosts with the same timer do not ask the file server all at once.
    private const double SpreadOfEvery = 0.1;
    private static readonly string[] Homes = ["/home", "/root", "/run/user"];

    // Directories of hier(7) that belong to no program alone, as homes do; of the trees all that is in them.
    private static readonly string[] Shared = ["/", "/boot", "/etc", "/home", "/media", "/mnt", "/opt", "/root", "/run", "/srv", "/var", "/var/cache", "/var/lib", "/var/log", "/var/spool"];
    private static readonly string[] SharedTrees = ["/bin", "/dev", "/lib", "/lib64", "/proc", "/sbin", "/sys", "/usr/bin", "/usr/lib", "/usr/sbin", "/etc/systemd", "/etc/cron.d"];
    private static readonly string[] Temporary = ["/tmp", "/var/tmp"];

    /// <summary>The units' name, without <c>.service</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The program and the arguments that make it nfstools, with absolute paths.</summary>
    public required IReadOnlyList<string> Program { get; init; }

    /// <summary>Where .NET is, for a program that does not find it by itself; null for one that does.</summary>
    public string? DotnetRoot { get; init; }

    /// <summary>The configuration file, absolute.</summary>
    public required string ConfigPath { get; init; }

    /// <summary>What it says.</summary>
    public required CollectorConfiguration Configuration { get; init; }

    /// <summary>Who the collector runs as; null for root.</summary>
    public string? User { get; init; }

    /// <summary>How long after each run the next one begins; null for a collector that follows its logs.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>The directories that the collector writes to; that of the store itself too, where its name is a symbolic link.</summary>
    public IReadOnlyList<string> Written =>
        [.. (Configuration.Store.IsServer ? [] : new[] { Configuration.Store.Name, Real(Configuration.Store.Name) }).Concat(Configuration.Metrics is { } metrics ? [metrics] : []).Select(DirectoryOf).Distinct()];

    /// <summary>Each unit's file name and text.</summary>
    /// <exception cref="UsageException">A path cannot be written into a unit, or would let the service write to more than its own.</exception>
    public IReadOnlyList<(string FileName, string Text)> Files()
    {
        if (Written.FirstOrDefault(d => IsShared(d) || IsShared(Real(d))) is { } shared)
        {
            throw new UsageException(
                $"{shared}: the service would have to be allowed to write to this whole directory, where {(Configuration.Store.IsServer ? "its metrics are" : "its store or its metrics are")}.",
                "Keep them in a directory of their own, e.g. /var/lib/nfstools/accounting.db.");
        }

        return Every is { } every
            ? [File("service", Unit(), Service("oneshot")), File("timer", Timer(every))]
            : [File("service", Unit(), Service("notify"), "[Install]\nWantedBy=multi-user.target\n")];
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0}ms");

    private static string DirectoryOf(string path) => Path.GetDirectoryName(path) ?? "/";

    private static bool IsShared(string directory) => Shared.Contains(directory) || DirectoryOf(directory) == "/home" || Array.Exists(SharedTrees, t => IsBelow(directory, t));

    private static bool IsBelow(string path, string directory) => path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal);

    private (string FileName, string Text) File(string kind, params string[] sections) =>
        ($"{Name}.{kind}", $"{UnitFiles.Marker(Name, kind)}\n{string.Join('\n', sections)}");

    private string Unit() =>
        $"""
        [Unit]
        Description=NfsTools accounting collector {Name}
        Wants=network-online.target
        After=network-online.target remote-fs.target
        RequiresMountsFor={Words(Used())}

        """;

    private string Service(string type) => string.Join('\n', ServiceLines(type)) + "\n";

    private IEnumerable<string> ServiceLines(string type)
    {
        yield return "[Service]";
        yield return $"Type={type}";
        var arguments = Program.Skip(1).Concat(["collect", "--config", ConfigPath]).Concat(Every is null ? [] : ["--once"]);
        yield return $"ExecStart={UnitWord.Of(Program[0])} {string.Join(' ', arguments.Select(UnitWord.Argument))}";
        if (DotnetRoot is not null)
        {
            yield return $"Environment={UnitWord.Of("DOTNET_ROOT=" + DotnetRoot)}";
        }

        if (User is not null)
        {
            yield return $"User={User}";

            // Root needs its capabilities to read other users' logs.
            yield return "CapabilityBoundingSet=";
        }

        if (Every is null)
        {
            // One that hangs need not end in order, and the runtime can survive the SIGABRT that is sent otherwise.
            yield return
                """
                NotifyAccess=main
                ExecReload=/bin/kill -HUP $MAINPID
                WatchdogSec=2min
                WatchdogSignal=SIGKILL
                TimeoutStartSec=10min
                Restart=on-failure
                RestartSec=10s
                RestartPreventExitStatus=2
                """;
        }

        yield return
            $"""
            KillSignal=SIGTERM
            TimeoutStopSec=90s
            UMask=0077
            NoNewPrivileges=yes
            ProtectSystem=strict
            ReadWritePaths={Words(Written)}
            ProtectHome={(UsesAny(Homes) || MayUsePgpass ? "read-only" : "yes")}
            PrivateTmp={(UsesAny(Temporary) ? "no" : "yes")}
            PrivateDevices=yes
            ProtectClock=yes
            ProtectControlGroups=yes
            ProtectHostname=yes
            ProtectKernelLogs=yes
            ProtectKernelModules=yes
            ProtectKernelTunables=yes
            ProtectProc=invisible
            LockPersonality=yes
            RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
            RestrictNamespaces=yes
            RestrictRealtime=yes
            RestrictSUIDSGID=yes
            SystemCallArchitectures=native
            SystemCallErrorNumber=EPERM
            SystemCallFilter=@system-service
            """;
    }

    private string Timer(TimeSpan every) =>
        $"""
        [Unit]
        Description=Runs the NfsTools accounting collector {Name}

        [Timer]
        OnActiveSec=1s
        OnUnitInactiveSec={Seconds(every)}
        RandomizedDelaySec={Seconds(every * SpreadOfEvery)}
        AccuracySec=1s

        [Install]
        WantedBy=timers.target

        """;

    // The directories of all that the collector needs, by the names they are given and by those that symbolic links lead to.
    private List<string> Used()
    {
        string[] named = [.. Program.Append(ConfigPath).Concat(Configuration.Store.Files.Select(f => FilePath.Full(f, "/"))).Concat(Configuration.Options.Sources.SelectMany(s => s.Archives.Select(a => FilePath.Full(a, DirectoryOf(s.Path))).Prepend(s.Path))).Select(DirectoryOf), .. Written];
        return [.. named.Concat(named.Select(Real)).Distinct()];
    }

    // A password that nothing else names may be in ~/.pgpass.
    private bool MayUsePgpass => Configuration.Store is { IsServer: true, HasPassword: false };

    private bool UsesAny(IReadOnlyList<string> directories) => Used().Exists(path => directories.Any(d => IsBelow(path, d)));

    private static string Real(string path)
    {
        if (Path.GetDirectoryName(path) is not { } above)
        {
            return path;
        }

        var named = new FileInfo(Path.Join(Real(above), Path.GetFileName(path)));
        return named.LinkTarget is null ? named.FullName : Real(named.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }

    private static string Words(IEnumerable<string> paths) => string.Join(' ', paths.Distinct().Order(StringComparer.Ordinal).Select(UnitWord.Of));
}
