namespace NfsTools.FileSystems;

/// <summary>How changes of a file are found.</summary>
public enum WatchStrategy
{
    /// <summary>inotify alone: it sees every change.</summary>
    Events,

    /// <summary>inotify for this host's changes, and looks past the client's caches for those of other hosts.</summary>
    EventsAndPolling,

    /// <summary>Looks alone: inotify cannot be had, since this user's instances or watches are used up.</summary>
    Polling,
}
