using System.Text;

namespace NfsTools.Accounting.Sources;

/// <summary>The ids of jobs that a command lists, below a heading, one a line; and whether an answer about them tells of each.</summary>
internal static class ListedJobs
{
    /// <summary>What stands above the ids: with no job too, so that a command that says nothing is told from it.</summary>
    public const string Heading = "JobIDRaw";

    /// <summary>So many ids fit one word of a command: Linux takes 128 KiB, an id has 10 digits at most.</summary>
    public const int MostOfWord = 10_000;

    private const byte Separator = (byte)'|';
    private const byte Newline = (byte)'\n';

    /// <summary>The ids, each once.</summary>
    /// <exception cref="CommandFailedException">It is no such list.</exception>
    public static IReadOnlyCollection<string> Of(ReadOnlySpan<byte> list)
    {
        var lines = Encoding.ASCII.GetString(list).Split('\n', StringSplitOptions.TrimEntries);
        var jobs = lines.Skip(1).SkipLast(1).ToHashSet();
        return lines[0] == Heading && lines[^1].Length == 0 && jobs.All(j => j.Length > 0 && j.All(char.IsAsciiDigit)) ? jobs
            : throw new CommandFailedException($"the jobs that ended are asked for first, and what it wrote is no list of ids below {Heading}");
    }

    /// <summary>Sees that a line of an answer begins with the id of each job.</summary>
    /// <exception cref="CommandFailedException">One is missing.</exception>
    public static void RequireAll(IEnumerable<string> jobs, ReadOnlySpan<byte> answer)
    {
        var missing = jobs.ToHashSet();
        var lookup = missing.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> id = stackalloc char[32];
        while (!answer.IsEmpty)
        {
            var end = answer.IndexOf(Separator);
            if (end > 0 && end <= id.Length)
            {
                lookup.Remove(id[..Encoding.ASCII.GetChars(answer[..end], id)]);
            }

            answer = answer[(answer.IndexOf(Newline) + 1 is > 0 and var next ? next : answer.Length)..];
        }

        if (missing.Count > 0)
        {
            throw new CommandFailedException($"it listed job {missing.First()} as ended, and says nothing of it when asked about it");
        }
    }
}
