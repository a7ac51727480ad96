namespace NfsTools.Jobs;

/// <summary>
/// The table of known commands that is shipped, after their manual pages. In C#, because a short command would wait for a parser
/// of YAML; printed it is a table like one's own. Where it is not sure what a command does, it claims less.
/// </summary>
internal static class ShippedCapsules
{
    private static readonly Func<IReadOnlyList<Capsule>>[] Families = [() => FileCapsules.All, () => ArchiveCapsules.All, () => CompilerCapsules.All];

    /// <summary>The capsules; the first that fits a command is taken. A family is made when it is asked: a short command would wait for all.</summary>
    public static IEnumerable<Capsule> All => Families.SelectMany(family => family());
}
