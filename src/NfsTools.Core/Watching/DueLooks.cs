namespace NfsTools.Watching;

/// <summary>What a look is to be at.</summary>
/// <param name="Scopes">The directories and names.</param>
/// <param name="Everything">All is looked at anew.</param>
/// <param name="All">All is looked at whose turn it is.</param>
/// <param name="Enters">Some directories are looked at for the first time.</param>
internal sealed record LookPlan(IReadOnlyList<LookScope> Scopes, bool Everything, bool All, bool Enters);

/// <summary>Collects what there is to be looked at in a tree, since inotify told of it, it is new, or its turn comes.</summary>
internal sealed class DueLooks(WatchedTree tree, WatchOptions options, TimeProvider time)
{
    private readonly HashSet<WatchedDirectory> entered = [];
    private HashSet<(WatchedDirectory Directory, string Name)> hints = [];
    private HashSet<(WatchedDirectory Directory, string Name)> hintsLookedAt = [];

    // When the first of the hints came; the end of time where there are none.
    private long hintedAt = long.MaxValue;
    private long lookedAtHintedAt = long.MaxValue;
    private long polledAt;

    // All is looked at before its turn, since something waits for that.
    private bool hurried;

    /// <summary>Everything is to be looked at, and who made what changed cannot be told.</summary>
    public bool Everything { get; set; } = true;

    /// <summary>Whether there is something to look at before the next poll.</summary>
    public bool AreWaiting => hurried || hints.Count + entered.Count > 0;

    /// <summary>Whether directories wait for their first look.</summary>
    public bool HasEntered => entered.Count > 0;

    /// <summary>How long until the turn of all comes.</summary>
    public TimeSpan UntilPoll => options.PollInterval - time.GetElapsedTime(polledAt);

    /// <summary>Notes that inotify told of an entry.</summary>
    public void Hint(WatchedDirectory directory, string name)
    {
        if (tree.Names.Includes(name, isDirectory: true) && hints.Add((directory, name)))
        {
            hintedAt = Math.Min(hintedAt, time.GetTimestamp());
        }
    }

    /// <summary>Has directories looked at for the first time, or anew.</summary>
    public void Enter(IEnumerable<WatchedDirectory> directories) => entered.UnionWith(directories);

    /// <summary>Has all looked at before its turn.</summary>
    public void Hurry() => hurried = true;

    /// <summary>Puts the next poll off by a whole interval.</summary>
    public void PutOff() => polledAt = time.GetTimestamp();

    /// <summary>Whether what inotify told of until a time was looked at.</summary>
    public bool HasFollowedHints(long moment) => Math.Min(hintedAt, lookedAtHintedAt) > moment;

    /// <summary>Whether inotify told of an entry since the last look began.</summary>
    public bool IsHinted(WatchedDirectory directory, string name) => hints.Contains((directory, name));

    /// <summary>Whether the last look was at an entry since inotify had told of it.</summary>
    public bool WasHinted(WatchedDirectory directory, string name) => hintsLookedAt.Contains((directory, name));

    /// <summary>Takes out what is due for a look that begins now.</summary>
    /// <param name="everything">Everything is to be looked at in any case.</param>
    public LookPlan Take(bool everything)
    {
        var since = time.GetTimestamp();
        everything |= Everything;
        var all = everything || hurried || UntilPoll <= TimeSpan.Zero;
        entered.RemoveWhere(d => !tree.Contains(d));
        hints.RemoveWhere(h => !tree.Contains(h.Directory));
        var scopes = everything ? WithHints(tree.Everything()) : all ? WithHints(tree.Due()) : Hinted();
        polledAt = all ? since : polledAt;
        (Everything, hurried) = (false, false);
        var enters = everything || entered.Count > 0;
        entered.Clear();
        (hintsLookedAt, hints, lookedAtHintedAt, hintedAt) = (hints, [], hintedAt, long.MaxValue);
        return new LookPlan(scopes, everything, all, enters);
    }

    /// <summary>Notes that the look has ended.</summary>
    public void NoteEnded() => lookedAtHintedAt = long.MaxValue;

    // Plain loops: of the time from an event to the line that tells of it, queries took a tenth here.
    private List<LookScope> Hinted()
    {
        var scopes = entered.Select(d => new LookScope(d, [], Whole: true)).ToList();
        var names = new Dictionary<WatchedDirectory, List<string>>();
        foreach (var (directory, name) in hints)
        {
            if (names.TryGetValue(directory, out var others))
            {
                others.Add(name);
            }
            else if (!entered.Contains(directory))
            {
                names[directory] = [name];
                scopes.Add(new LookScope(directory, names[directory], Whole: false));
            }
        }

        return scopes;
    }

    // What was created within a tick of the last listing does not move the directory's stamp: inotify knows its name.
    private List<LookScope> WithHints(IReadOnlyList<LookScope> scopes)
    {
        var names = hints.ToLookup(h => h.Directory, h => h.Name);
        var there = scopes.Select(s => s.Directory).ToHashSet();
        return
        [
            .. scopes.Select(s => names.Contains(s.Directory) ? s with { Names = [.. s.Names.Union(names[s.Directory])] } : s),
            .. Hinted().Where(h => !there.Contains(h.Directory)),
        ];
    }
}
