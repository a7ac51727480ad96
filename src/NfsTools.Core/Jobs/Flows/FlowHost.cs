namespace NfsTools.Jobs.Flows;

/// <summary>A host that jobs of a flow run on, and how a command is started there.</summary>
/// <param name="Name">The host.</param>
/// <param name="Launcher">The words that stand before the command, e.g. <c>ssh lx1</c>.</param>
/// <param name="Shell">The launcher hands its words to a shell on the host, so that the command goes there as one quoted text.</param>
public sealed record FlowHost(string Name, IReadOnlyList<string> Launcher, bool Shell)
{
    private const string Place = "{host}";

    // ssh(1) and bsub(1) join their words and give them to a shell; srun(1) does not.
    private static readonly Dictionary<string, (string[] Words, bool Shell)> Known = new(StringComparer.Ordinal)
    {
        ["ssh"] = (["ssh", Place], true),
        ["bsub"] = (["bsub", "-I", "-m", Place], true),
        ["srun"] = (["srun", "-w", Place], false),
        ["local"] = ([], false),
    };

    /// <summary>The launchers that have a name of their own.</summary>
    internal static IReadOnlyCollection<string> KnownLaunchers => Known.Keys;

    /// <summary>A host with a launcher that has a name.</summary>
    /// <param name="name">The host.</param>
    /// <param name="launcher">One of <see cref="KnownLaunchers"/>.</param>
    public static FlowHost Of(string name, string launcher) => Of(name, Known[launcher].Words, Known[launcher].Shell);

    /// <summary>A host with a launcher of its own; <c>{host}</c> in a word stands for the host's name.</summary>
    public static FlowHost Of(string name, IEnumerable<string> launcher, bool shell) => new(name, [.. launcher.Select(w => w.Replace(Place, name, StringComparison.Ordinal))], shell);

    /// <summary>The words that start a command there.</summary>
    public IReadOnlyList<string> Start(IEnumerable<string> command) => Shell ? [.. Launcher, string.Join(' ', command.Select(ChildCommand.Quote))] : [.. Launcher, .. command];
}
