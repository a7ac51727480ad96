using NfsTools.Accounting.Formats;
using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Accounting.Collecting;

/// <summary>Tells which files with a log's name in theirs are archives that nobody reads: by what they begin with, each looked at once.</summary>
/// <param name="format">The log's format.</param>
internal sealed class LookAlikes(string format)
{
    private const int LookedAt = 64 << 10;
    private readonly IAccountingFormat known = RecordFormats.Get(format);
    private readonly Dictionary<string, (FileStatus Status, string? Reason)> judged = [];

    /// <summary>Those beside a log that was just listed.</summary>
    /// <param name="family">The log.</param>
    /// <param name="all">All logs that are read: what belongs to another one is none.</param>
    /// <exception cref="IOException">The file system did not answer.</exception>
    public IReadOnlyList<UnreadArchive> Of(LogFamily family, IReadOnlyList<LogFamily> all)
    {
        var unread = new List<UnreadArchive>();
        var live = family.LookAlikes.Count > 0 ? FileStatus.Of(family.LivePath) : null;
        foreach (var path in family.LookAlikes.Where(path => !all.Any(f => f.Includes(path))))
        {
            // The live name may be a link to a file with a date in its name.
            if (FileStatus.Of(path) is { IsRegular: true } status && (status.Device, status.Inode) != (live?.Device, live?.Inode) && Judge(path, status) is { } reason)
            {
                unread.Add(new UnreadArchive(family.LivePath, path, reason));
            }
        }

        return unread;
    }

    private string? Judge(string path, FileStatus status)
    {
        if (!judged.TryGetValue(path, out var seen) || seen.Status != status)
        {
            judged[path] = seen = (status, Reason(path));
        }

        return seen.Reason;
    }

    private string? Reason(string path)
    {
        try
        {
            using var file = LogFile.TryOpen(path);
            var buffer = new byte[LookedAt];
            var begin = buffer.AsSpan(0, file?.Read(buffer, 0) ?? 0);
            return StrangeContent.FindPacked(begin) is { } packed ? $"it is {packed}, and looks like an archive of this log; what it holds is not read"
                : StrangeContent.Find(begin, known) is null && known.Knows(begin) ? "it looks like an archive of this log and is not read: name such files by \"archives\" in the configuration, or with --archives, e.g. "
                    + $"\"{System.IO.Path.GetFileName(path)}\" or a pattern; or move it elsewhere"
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody asked for it to be read.
            return null;
        }
    }
}
