using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Jobs;

/// <summary>A command line, taken apart as a capsule says: options that are given, their values, and the other words.</summary>
internal sealed class CapsuleLine
{
    private readonly Capsule capsule;
    private readonly List<(CapsuleOption Kind, string Path)> values = [];
    private readonly Queue<string> rest;
    private readonly string start;
    private string directory;

    public CapsuleLine(Capsule capsule, IReadOnlyList<string> arguments, string directory)
    {
        (this.capsule, this.directory, start) = (capsule, directory, directory);
        (var words, ArgumentFiles) = capsule.ArgumentFiles ? ArgumentFile.Expand(arguments, directory) : (arguments, []);
        rest = new Queue<string>(words);
        if (capsule.Bundled && rest.TryPeek(out var bundle) && !bundle.StartsWith('-'))
        {
            // In a bundle each letter's value is a word of its own.
            foreach (var letter in rest.Dequeue())
            {
                Take($"-{letter}", null);
            }
        }

        while (rest.TryDequeue(out var word))
        {
            if (word == "--")
            {
                Words.AddRange(rest.Select(last => (last, FilePath.Absolute(last, directory))));
                return;
            }

            Take(word);
        }
    }

    /// <summary>The options that are given, by their whole names.</summary>
    public HashSet<string> Given { get; } = new(StringComparer.Ordinal);

    /// <summary>The other words, as they are written and absolute; "-", which is no file, too.</summary>
    public List<(string Text, string Path)> Words { get; } = [];

    /// <summary>The files whose words stand in the command line.</summary>
    public IReadOnlyList<string> ArgumentFiles { get; }

    /// <summary>The files that options of a kind have as values, absolute.</summary>
    public IEnumerable<string> Values(CapsuleOption kind) => values.Where(v => v.Kind == kind).Select(v => v.Path);

    private void Take(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        if (word.Length < 2 || word[0] != '-')
        {
            Words.Add((word, FilePath.Absolute(word, directory)));
        }
        else if (capsule.NameOf(word) is { } name)
        {
            Take(name, null);
        }
        else if (equals > 0 && capsule.NameOf(word[..equals]) is { } assigned)
        {
            Take(assigned, word[(equals + 1)..]);
        }
        else if (word[1] == '-')
        {
            Given.Add(word.Split('=')[0]);
        }
        else
        {
            TakeLetters(word);
        }
    }

    private void TakeLetters(string word)
    {
        Given.Add(word);
        for (var at = 1; at < word.Length && (capsule.Clusters || at == 1); at++)
        {
            var option = $"-{word[at]}";
            if (capsule.KindOf(option) is not null)
            {
                Take(option, at + 1 < word.Length ? word[(at + 1)..] : null);
                return;
            }

            if (capsule.Clusters)
            {
                Given.Add(option);
            }
        }
    }

    // An option, with the value attached to it; where it has none and takes one, that is the next word.
    private void Take(string option, string? attached)
    {
        Given.Add(option);
        if (capsule.KindOf(option) is not { } kind || (attached ?? (rest.TryDequeue(out var next) ? next : null)) is not { } value)
        {
            return;
        }

        if (kind == CapsuleOption.Base)
        {
            directory = FilePath.Absolute(value, directory);
        }
        else if (kind != CapsuleOption.Valued && value is not ("-" or ""))
        {
            values.Add((kind, FilePath.Absolute(value, start)));
        }
    }
}
