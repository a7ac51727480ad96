using NfsTools.Accounting.Formats;
using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Accounting.Sources;

/// <summary>Finds by its content the format of a log: any where nobody named one, else one of those that the name stands for.</summary>
internal static class FormatSearch
{
    private const int BeginBytes = 256 << 10;

    // Where the newest files say nothing yet, older ones do.
    private const int MostFiles = 4;

    // A collector that is started while a file server is away follows what it can, and is told later what the log is.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The format of a log's beginning; null where it is that of none. The first line that is like a record's tells: what a user wrote into a record may be like one of another format.</summary>
    /// <param name="begin">The beginning.</param>
    /// <param name="name">What it is called in an error.</param>
    /// <param name="formats">Those that it may have.</param>
    /// <exception cref="NfsToolsException">It may be that of several.</exception>
    public static IAccountingFormat? Of(ReadOnlySpan<byte> begin, string name, IReadOnlyList<IAccountingFormat> formats)
    {
        var known = new List<IAccountingFormat>();
        while (known.Count == 0 && !begin.IsEmpty)
        {
            var end = begin.IndexOf((byte)'\n') is var newline && newline < 0 ? begin.Length : newline + 1;
            foreach (var format in formats)
            {
                if (format.Knows(begin[..end]))
                {
                    known.Add(format);
                }
            }

            begin = begin[end..];
        }

        return known.Count <= 1 ? known.SingleOrDefault() : throw new NfsToolsException(
            $"{name}: its records may be of {string.Join(" or ", known.Select(f => f.Name))}.", "Name its format: --format, -Format, or \"format\" of the source in a configuration.");
    }

    /// <summary>The format of a log, or of the newest of its archives that tells it; null where none does, or nothing is there or answers.</summary>
    /// <param name="path">The file, or the directory of its files.</param>
    /// <param name="formats">Those that it may have.</param>
    /// <exception cref="NfsToolsException">It may be that of several.</exception>
    public static IAccountingFormat? Of(string path, IReadOnlyList<IAccountingFormat> formats) =>
        Answered(() => Files(path).Select(file => Of(Begin(file), path, formats)).FirstOrDefault(format => format is not null));

    /// <summary>Whether a path is that of a file: not of a directory, and not of nothing.</summary>
    public static bool IsFile(string path) => Answered(() => FileStatus.Of(path) is { IsDirectory: false });

    private static T? Answered<T>(Func<T> look)
    {
        try
        {
            return Abandonable.TryRun(look, Patience, out var found) ? found : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever follows it tells that.
            return default;
        }
    }

    private static IEnumerable<string> Files(string path)
    {
        ILogLayout[] layouts = NativeFile.IsDirectory(path) ? [LogLayouts.Daily] : [LogLayouts.Numbered, LogLayouts.Dated];
        return layouts.SelectMany(l => new LogFamily(path, l).List().Reverse().Take(MostFiles)).Prepend(path).Distinct();
    }

    // Nothing where it cannot be read.
    private static byte[] Begin(string path)
    {
        try
        {
            using var file = LogFile.TryOpen(path);
            var begin = new byte[BeginBytes];
            return begin[..(file?.Read(begin, 0) ?? 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
