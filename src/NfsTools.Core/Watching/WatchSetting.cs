using NfsTools.FileSystems;

namespace NfsTools.Watching;

/// <summary>What the trees of one watch share.</summary>
/// <param name="options">What is watched, and how much it may cost.</param>
/// <param name="watches">What inotify tells of.</param>
/// <param name="trouble">Told of what stands in the way.</param>
/// <param name="time">The clock.</param>
/// <param name="cancellation">Ends the watch.</param>
internal sealed class WatchSetting(WatchOptions options, DirectoryWatches watches, IProgress<string>? trouble, TimeProvider time, CancellationToken cancellation)
{
    private readonly Dictionary<string, RequestBudget> budgets = new(StringComparer.Ordinal);

    public WatchOptions Options => options;

    public DirectoryWatches Watches => watches;

    public IProgress<string>? Trouble => trouble;

    public TimeProvider Time => time;

    public CancellationToken Cancellation => cancellation;

    /// <summary>How much a file server is asked; null for a local file system, where nobody is asked.</summary>
    public RequestBudget? BudgetOf(SharedFileSystem place)
    {
        if (place.Family == FileSystemFamily.Local)
        {
            return null;
        }

        if (!budgets.TryGetValue(place.Mount.MountPoint, out var budget))
        {
            budgets[place.Mount.MountPoint] = budget = new RequestBudget(options.RequestsPerSecond, time);
        }

        return budget;
    }
}
