using System.IO.Enumeration;
using NfsTools.Configuration;

namespace NfsTools.Jobs;

/// <summary>What is known of a command's arguments: which are inputs, which are outputs. The printed table explains the keys.</summary>
internal sealed class Capsule
{
    /// <summary>No word at all, for <see cref="Inputs"/> and <see cref="Outputs"/>.</summary>
    public const string None = "none";
    private static readonly string[] Selections = [None, "all", "first", "last", "allButFirst", "allButLast"];

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
        ["commands", "when", "without", "valued", "inputOptions", "outputOptions", "targetOptions", "baseOptions", "clusters", "bundled", "inputs", "outputs", "intoDirectory", "perInput", "defaultOutput", "consumes"];

    public required IReadOnlyList<string> Commands { get; init; }

    public IReadOnlyList<string> When { get; init; } = [];

    public IReadOnlyList<string> Without { get; init; } = [];

    public IReadOnlyList<string> Valued { get; init; } = [];

    public IReadOnlyList<string> InputOptions { get; init; } = [];

    public IReadOnlyList<string> OutputOptions { get; init; } = [];

    public IReadOnlyList<string> TargetOptions { get; init; } = [];

    public IReadOnlyList<string> BaseOptions { get; init; } = [];

    public bool Clusters { get; init; } = true;

    public bool Bundled { get; init; }

    public string Inputs { get; init; } = None;

    public string Outputs { get; init; } = None;

    public bool IntoDirectory { get; init; }

    public string? PerInput { get; init; }

    public string? DefaultOutput { get; init; }

    public bool Consumes { get; init; }

    /// <summary>The capsule that an entry of a table is.</summary>
    /// <exception cref="NfsToolsException">Something in it is wrong.</exception>
    public static Capsule Of(YamlMapping entry)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        return new Capsule
        {
            Commands = entry.Has("commands") ? entry.Texts("commands") : [entry.Text("commands")],
            When = entry.Texts("when"),
            Without = entry.Texts("without"),
            Valued = Options("valued"),
            InputOptions = Options("inputOptions"),
            OutputOptions = Options("outputOptions"),
            TargetOptions = Options("targetOptions"),
            BaseOptions = Options("baseOptions"),
            Clusters = entry.Flag("clusters") ?? true,
            Bundled = entry.Flag("bundled") ?? false,
            Inputs = entry.Word("inputs", Selections) ?? None,
            Outputs = entry.Word("outputs", Selections) ?? None,
            IntoDirectory = entry.Flag("intoDirectory") ?? false,
            PerInput = entry.TextOrNull("perInput"),
            DefaultOutput = entry.TextOrNull("defaultOutput"),
            Consumes = entry.Flag("consumes") ?? false,
        };

        IReadOnlyList<string> Options(string key)
        {
            var options = entry.Texts(key);
            return options.FirstOrDefault(o => !o.StartsWith('-') || !known.Add(o)) is not { } wrong
                ? options
                : throw entry.Error(key, $"\"{wrong}\" is no option, or is named twice", "Write options as on the command line, each under one key: [-o, --output].");
        }
    }

    /// <summary>The files of a command; null where the capsule does not fit it.</summary>
    /// <param name="name">The command's name, without its directory.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="directory">The directory it starts in.</param>
    public JobFiles? FilesOf(string name, IReadOnlyList<string> arguments, string directory)
    {
        if (!Commands.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)))
        {
            return null;
        }

        var line = new Line(this, arguments, directory);
        return (When.Count > 0 && !When.Any(line.Given.Contains)) || Without.Any(line.Given.Contains) ? null : FilesOf(line, directory);
    }

    private JobFiles FilesOf(Line line, string directory)
    {
        string[] words = [.. line.Words];
        var target = line.Values(OptionKind.Target).LastOrDefault();
        string[] read = [.. target is null ? Select(Inputs, words) : words];
        string[] written = [.. target is null ? Select(Outputs, words) : [target]];
        var named = line.Values(OptionKind.Output).ToList();
        if (named.Count == 0)
        {
            written = [.. written, .. PerInput is null ? [] : read.Select(path => Path.Combine(directory, Fill(PerInput, path))), .. DefaultOutput is null ? [] : new[] { Path.Combine(directory, DefaultOutput) }];
        }

        return new JobFiles
        {
            Inputs = [.. read, .. line.Values(OptionKind.Input)],
            Outputs = [.. IntoDirectory ? written.SelectMany(path => Directory.Exists(path) ? read.Select(r => Path.Join(path, Path.GetFileName(Path.TrimEndingDirectorySeparator(r)))) : [path]) : written, .. named],
            Consumed = Consumes ? read : [],
        };
    }

    private OptionKind? KindOf(string option) => Valued.Contains(option) ? OptionKind.Valued
        : InputOptions.Contains(option) ? OptionKind.Input
        : OutputOptions.Contains(option) ? OptionKind.Output
        : TargetOptions.Contains(option) ? OptionKind.Target
        : BaseOptions.Contains(option) ? OptionKind.Base
        : null;

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
        private readonly List<Value> values = [];
        private readonly Queue<string> rest;
        private string directory;

        public Line(Capsule capsule, IReadOnlyList<string> arguments, string directory)
        {
            (this.capsule, this.directory, rest) = (capsule, directory, new Queue<string>(arguments));
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
            else if (capsule.KindOf(word) is not null)
            {
                Take(word, null);
            }
            else if (word.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals && capsule.KindOf(word[..equals]) is not null)
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

            if (kind == OptionKind.Base)
            {
                directory = Absolute(value);
            }
            else if (kind != OptionKind.Valued && value is not ("-" or ""))
            {
                values.Add(new Value(kind, Absolute(value)));
            }
        }

        private string Absolute(string path) => Path.GetFullPath(path, directory);

        private sealed record Value(OptionKind Kind, string Path);
    }
}
