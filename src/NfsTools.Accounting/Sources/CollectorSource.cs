using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Accounting.Sources;

/// <summary>A log that a collector follows, or a command that it asks.</summary>
public sealed record CollectorSource
{
    /// <summary>The cluster of records that nothing else tells the cluster of.</summary>
    public const string DefaultCluster = "default";

    /// <summary>What <see cref="Cluster"/> is, for who is asked for it.</summary>
    public const string ClusterHelp = "The cluster the records belong to. Default: taken from LSF's layout, LSB_SHAREDIR/CLUSTER/logdir/lsb.acct, else \"default\".";

    /// <summary>What <see cref="Archives"/> are, for who is asked for them.</summary>
    public const string ArchivesHelp = "Names of archives beside those with numbers, with the wildcards * and ? in quotes, e.g. 'lsb.acct-*,lsb.acct.old'; a relative one begins in the log's directory.";

    /// <summary>What a <see cref="Layout"/> is, for who is asked for one.</summary>
    public const string LayoutHelp = "How a log's files are kept: numbered (lsb.acct.1, lsb.acct.2.gz ...), dated (logrotate's lsb.acct-20231114), daily (PATH is a directory with a file for each day, 20231114) or single (a file that is never rotated). Default: as the format's scheduler does.";

    /// <summary>Which format a log has where none is named, for who is asked for one.</summary>
    public const string FormatHelp = "Default: the one that the log's content tells, and lsf while it tells none.";

    /// <summary>What a log's time zone is, for who is asked for it.</summary>
    public const string TimeZoneHelp = "The time zone of the log's local times, e.g. Europe/Zurich: that of the host that wrote it. For formats with such times alone, and needed there.";

    /// <summary>Names a log.</summary>
    /// <param name="path">The live accounting file; its archives beside it are found by themselves. In the layout <c>daily</c> the directory.</param>
    /// <param name="cluster">
    /// The cluster. Null takes it from the path where the format's scheduler keeps logs so, as LSF does
    /// (LSB_SHAREDIR/cluster/logdir/lsb.acct), and "default" where it does not tell.
    /// </param>
    /// <param name="format">The log's format, or one that another is meant by, too, where the content is of that; null for the one that its content tells, and for <see cref="RecordFormats.Default"/> where it tells none.</param>
    /// <param name="timeZone">The time zone of the log's local times, e.g. <c>Europe/Zurich</c>; null where its format has none.</param>
    /// <exception cref="NfsToolsException">There is no such format or time zone, or the format has local times and no zone is named, or the other way round.</exception>
    public CollectorSource(string path, string? cluster = null, string? format = null, string? timeZone = null)
    {
        Path = FilePath.Full(path);
        var meant = RecordFormats.MeantBy(format);
        var found = meant.Count > 1 ? FormatSearch.Of(Path, meant) : null;
        var known = found ?? meant[0];
        Cluster = cluster ?? NameText.Write(known.ClusterOf(Path) ?? DefaultCluster);
        Format = known.Name;
        KnownFormat = format is null ? found?.Name : known.Name;
        FormatNote = found is null || Format.Equals(format, StringComparison.OrdinalIgnoreCase) ? Format : $"{Format}, by its content";
        Settings = RecordFormats.Settings(known, timeZone);
        Layout = known.Layout.IsDirectory && FormatSearch.IsFile(Path) ? LogLayouts.Single.Name : null;
    }

    /// <summary>Names a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cluster">The cluster that it tells of; null for "default".</param>
    /// <param name="format">The format of its answers; null for a command that is known by its name.</param>
    /// <param name="timeZone">The time zone of local times in its answers, which it is started with (TZ); null for a command that is known by its name, and where its format has none.</param>
    /// <exception cref="NfsToolsException">There is no such format or time zone; or the command has its own, or needs one.</exception>
    public CollectorSource(SourceCommand command, string? cluster = null, string? format = null, string? timeZone = null)
    {
        if (command.Format is { } own && (format ?? timeZone) is { } other)
        {
            throw new NfsToolsException($"The answers of {command.Name} are of the format {own}{(command.TimeZone is { } zone ? $", and their times {zone}" : "")}: {other} does nothing with it.", "Leave it out.");
        }

        var known = RecordFormats.Get(command.Format ?? format
            ?? throw new NfsToolsException($"The format of what {command.Words[0]} writes is not named.", $"Name one of: {string.Join(", ", RecordFormats.Names)}."));
        (Command, Path, Cluster, Format, FormatNote, KnownFormat) = (command, CommandLog.PathOf(command.Name), cluster ?? DefaultCluster, known.Name, known.Name, known.Name);
        Settings = RecordFormats.Settings(known, command.Format is null ? timeZone : command.TimeZone);
    }

    /// <summary>The live accounting file, or the directory of the files, absolute; of a command what it is called, after "command:".</summary>
    public string Path { get; }

    /// <summary>The command; null for a log.</summary>
    public SourceCommand? Command { get; }

    /// <summary>The cluster its records belong to.</summary>
    public string Cluster { get; }

    /// <summary>The log's format.</summary>
    public string Format { get; }

    /// <summary>The format, for who is told of it, and whether nobody named it and the log's content told it.</summary>
    public string FormatNote { get; }

    /// <summary>
    /// Patterns of archives' names beside those with numbers, e.g. <c>lsb.acct-*</c>, with the wildcards * and ? in the last part of a
    /// path; a relative one begins in the log's directory.
    /// </summary>
    /// <exception cref="NfsToolsException">One is empty, or has wildcards before its last part.</exception>
    public IReadOnlyList<string> Archives
    {
        get;
        init => field = value.FirstOrDefault(p => System.IO.Path.GetFileName(p).Length == 0 || p.AsSpan().ContainsAny('\n', '\0') || (System.IO.Path.GetDirectoryName(p) ?? "").AsSpan().ContainsAny('*', '?')) is { } wrong
            ? throw new NfsToolsException($"\"{wrong}\" is no pattern of archives' names.", "Write e.g. lsb.acct-* or /archive/lsb.acct-*.gz: wildcards are for the last part alone.")
            : value;
    } = [];

    /// <summary>The log's layout, one of <see cref="Layouts"/>; null for the usual one of its format, and <c>single</c> for a file of a format whose logs are directories.</summary>
    /// <exception cref="NfsToolsException">There is no such layout.</exception>
    public string? Layout
    {
        get;
        init => field = value is null ? field
            : LogLayouts.Find(value)?.Name ?? throw new NfsToolsException($"There is no layout \"{value}\" of logs.", $"Name one of: {string.Join(", ", Layouts)}.");
    }

    /// <summary>
    /// The layouts that there are: <c>numbered</c> (lsb.acct.1, the newest archive, lsb.acct.2 ...), <c>dated</c> (logrotate's
    /// lsb.acct-20240101), <c>daily</c> (a directory with a file for each day, 20240101) and <c>single</c> (one file, never rotated).
    /// </summary>
    public static IReadOnlyList<string> Layouts => LogLayouts.Names;

    /// <summary>The format that was named or found; null where none was.</summary>
    internal string? KnownFormat { get; }

    /// <summary>What is said of the log.</summary>
    internal LogSettings Settings { get; }

    internal KnownLog Known => new(Cluster, Format, Path);

    internal LogFamily Family => new(Path, LayoutOf(Format, Layout), Archives);

    /// <summary>The layout of a log: the format's own where none is named.</summary>
    internal static ILogLayout LayoutOf(string format, string? layout) => layout is null ? RecordFormats.Get(format).Layout : LogLayouts.Find(layout)!;
}
