using System.IO.Enumeration;
using NfsTools.Configuration;

namespace NfsTools.Jobs;

/// <summary>What is known of a command's arguments: which are inputs, which are outputs. The shipped table explains the keys.</summary>
internal sealed class Capsule
{
    private const string None = "none";
    private static readonly string[] Selections = [None, "all", "first", "last", "allButFirst", "allButLast"];

    private readonly IReadOnlyList<string> commands;
    private readonly IReadOnlyList<string> when;
    private readonly IReadOnlyList<string> without;
    private readonly Dictionary<string, OptionKind> options = new(StringComparer.Ordinal);
    private readonly bool clusters;
    private readonly bool bundled;
    private readonly string inputs;
    private readonly string outputs;
    private readonly bool intoDirectory;
    private readonly string? perInput;
    private readonly string? defaultOutput;
    private readonly bool consumes;

    /// <exception cref="NfsToolsException">Something in it is wrong.</exception>
    public Capsule(YamlMapping entry)
    {
        commands = entry.Has("commands") ? entry.Texts("commands") : [entry.Text("commands")];
        (when, without) = (entry.Texts("when"), entry.Texts("without"));
        foreach (var (key, kind) in OptionKeys)
        {
            foreach (var option in entry.Texts(key))
            {
                if (!option.StartsWith('-') || !options.TryAdd(option, kind))
                {
                    throw entry.Error(key, $"\"{option}\" is no option, or is named twice", "Write options as on the command line, each under one key: [-o, --output].");
                }
            }
        }

        (clusters, bundled, intoDirectory, consumes) = (entry.Flag("clusters") ?? true, entry.Flag("bundled") ?? false, entry.Flag("intoDirectory") ?? false, entry.Flag("consumes") ?? false);
        (inputs, outputs) = (entry.Word("inputs", Selections) ?? None, entry.Word("outputs", Selections) ?? None);
        (perInput, defaultOutput) = (entry.TextOrNull("perInput"), entry.TextOrNull("defaultOutput"));
    }

    private enum OptionKind
    {
        Valued,
        Input,
        Output,
        Target,
        Base,
    }

    /// <summary>The keys a capsule may have.</summary>
    public static IReadOnlyList<string> Keys { get; } =
        ["commands", "when", "without", .. OptionKeys.Select(o => o.Key), "clusters", "bundled", "inputs", "outputs", "intoDirectory", "perInput", "defaultOutput", "consumes"];

    private static (string Key, OptionKind Kind)[] OptionKeys =>
        [("valued", OptionKind.Valued), ("inputOptions", OptionKind.Input), ("outputOptions", OptionKind.Output), ("targetOptions", OptionKind.Target), ("baseOptions", OptionKind.Base)];

    /// <summary>The files of a command; null where the capsule does not fit it.</summary>
    /// <param name="name">The command's name, without its directory.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="directory">The directory it starts in.</param>
    public JobFiles? FilesOf(string name, IReadOnlyList<string> arguments, string directory)
    {
        if (!commands.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)))
        {
            return null;
        }

        var line = new Line(this, arguments, directory);
        return (when.Count > 0 && !when.Any(line.Given.Contains)) || without.Any(line.Given.Contains) ? null : FilesOf(line, directory);
    }

    private JobFiles FilesOf(Line line, string directory)
    {
        string[] words = [.. line.Words];
        var target = line.Values(OptionKind.Target).LastOrDefault();
        string[] read = [.. target is null ? Select(inputs, words) : words];
        string[] written = [.. target is null ? Select(outputs, words) : [target]];
        var named = line.Values(OptionKind.Output).ToList();
        if (named.Count == 0)
        {
            written = [.. written, .. perInput is null ? [] : read.Select(path => Path.Combine(directory, Fill(perInput, path))), .. defaultOutput is null ? [] : new[] { Path.Combine(directory, defaultOutput) }];
        }

        return new JobFiles
        {
            Inputs = [.. read, .. line.Values(OptionKind.Input)],
            Outputs = [.. intoDirectory ? written.SelectMany(path => Directory.Exists(path) ? read.Select(r => Path.Join(path, Path.GetFileName(Path.TrimEndingDirectorySeparator(r)))) : [path]) : written, .. named],
            Consumed = consumes ? read : [],
        };
    }

    private static string[] Select(string which, string[] words) => which switch
    {
        "all" => words,
        "first" => words[..Math.Min(1, words.Length)],
        "last" => words[^Math.Min(1, words.Length)..],
        "allButFirst" => words[Math.Min(1, words.Length)..],
        "allButLast" => words[..^Math.Min(1, words.Length)],
        _ => [],
    };

    private static string Fill(string template, string path) => template
        .Replace("{path}", path, StringComparison.Ordinal)
        .Replace("{dir}", Path.GetDirectoryName(path), StringComparison.Ordinal)
        .Replace("{name}", Path.GetFileName(path), StringComparison.Ordinal)
        .Replace("{stem}", Path.GetFileNameWithoutExtension(path), StringComparison.Ordinal);

    /// <summary>A command line, taken apart: options that are given, their values, and the other words.</summary>
    private sealed class Line
    {
        private readonly Capsule capsule;
        private readonly List<(OptionKind Kind, string Path)> values = [];
        private readonly Queue<string> rest;
        private string directory;

        public Line(Capsule capsule, IReadOnlyList<string> arguments, string directory)
        {
            (this.capsule, this.directory, rest) = (capsule, directory, new Queue<string>(arguments));
            if (capsule.bundled && rest.TryPeek(out var bundle) && !bundle.StartsWith('-'))
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
                    Words.AddRange(rest.Select(Absolute));
                    return;
                }

                Take(word);
            }
        }

        public HashSet<string> Given { get; } = new(StringComparer.Ordinal);

        public List<string> Words { get; } = [];

        public IEnumerable<string> Values(OptionKind kind) => values.Where(v => v.Kind == kind).Select(v => v.Path);

        private void Take(string word)
        {
            if (word.Length < 2 || word[0] != '-')
            {
                if (word is not ("-" or ""))
                {
                    Words.Add(Absolute(word));
                }
            }
            else if (capsule.options.ContainsKey(word))
            {
                Take(word, null);
            }
            else if (word.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals && capsule.options.ContainsKey(word[..equals]))
            {
                Take(word[..equals], word[(equals + 1)..]);
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
            for (var at = 1; at < word.Length && (capsule.clusters || at == 1); at++)
            {
                var option = $"-{word[at]}";
                if (capsule.options.ContainsKey(option))
                {
                    Take(option, at + 1 < word.Length ? word[(at + 1)..] : null);
                    return;
                }

                if (capsule.clusters)
                {
                    Given.Add(option);
                }
            }
        }

        // An option, with the value attached to it; where it has none and takes one, that is the next word.
        private void Take(string option, string? attached)
        {
            Given.Add(option);
            if (!capsule.options.TryGetValue(option, out var kind) || (attached ?? (rest.TryDequeue(out var next) ? next : null)) is not { } value)
            {
                return;
            }

            if (kind == OptionKind.Base)
            {
                directory = Absolute(value);
            }
            else if (kind != OptionKind.Valued && value is not ("-" or ""))
            {
                values.Add((kind, Absolute(value)));
            }
        }

        private string Absolute(string path) => Path.GetFullPath(path, directory);
    }
}
