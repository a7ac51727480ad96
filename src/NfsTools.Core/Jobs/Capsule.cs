using System.IO.Enumeration;
using NfsTools.Yaml;
using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Jobs;

/// <summary>What is known of a command's arguments: which are inputs, which are outputs. The printed table explains the keys.</summary>
internal sealed class Capsule
{
    /// <summary>No word at all, for <see cref="Inputs"/> and <see cref="Outputs"/>.</summary>
    public const string None = "none";
    private static readonly string[] Selections = [None, "all", "first", "last", "allButFirst", "allButLast", "firstTwo"];
    private static readonly string[] AlwaysQueries = ["--help", "--version"];
    private static readonly string[] SearchPaths = ["-L", "--library-path", "-I", "-iquote"];
    private readonly Lazy<Dictionary<string, CapsuleOption?>> options;

    public Capsule() => options = new(() =>
    {
        var known = new Dictionary<string, CapsuleOption?>(StringComparer.Ordinal);
        Add(CapsuleOption.Valued, Valued);
        Add(CapsuleOption.Input, InputOptions);
        Add(CapsuleOption.Searched, SearchedOptions);
        Add(CapsuleOption.Output, OutputOptions);
        Add(CapsuleOption.Beside, BesideOptions);
        Add(CapsuleOption.Target, TargetOptions);
        Add(CapsuleOption.Base, BaseOptions);
        Add(null, [.. AlwaysQueries, .. Queries, .. When, .. Without, .. OptionalWhen, .. NoDirectory]);
        return known;

        void Add(CapsuleOption? kind, IReadOnlyList<string> names)
        {
            foreach (var name in names)
            {
                known.TryAdd(name, kind);
            }
        }
    });

    /// <summary>The keys a capsule may have.</summary>
    public static IReadOnlyList<string> Keys { get; } =
    [
        "commands", "when", "without", "queries", "valued", "inputOptions", "searchedOptions", "outputOptions", "besideOptions", "targetOptions", "baseOptions", "clusters", "bundled", "argumentFiles",
        "inputs", "outputs", "intoDirectory", "noDirectory", "perInput", "perInputExcept", "suffixes", "defaultOutput", "defaultSuffix", "consumes", "links", "takesLinks", "optional", "optionalWhen",
    ];

    public required IReadOnlyList<string> Commands { get; init; }

    public IReadOnlyList<string> When { get; init; } = [];

    public IReadOnlyList<string> Without { get; init; } = [];

    public IReadOnlyList<string> Queries { get; init; } = [];

    public IReadOnlyList<string> Valued { get; init; } = [];

    public IReadOnlyList<string> InputOptions { get; init; } = [];

    public IReadOnlyList<string> SearchedOptions { get; init; } = [];

    public IReadOnlyList<string> OutputOptions { get; init; } = [];

    public IReadOnlyList<string> BesideOptions { get; init; } = [];

    public IReadOnlyList<string> TargetOptions { get; init; } = [];

    public IReadOnlyList<string> BaseOptions { get; init; } = [];

    public bool Clusters { get; init; } = true;

    public bool Bundled { get; init; }

    public bool ArgumentFiles { get; init; }

    public string Inputs { get; init; } = None;

    public string Outputs { get; init; } = None;

    public bool IntoDirectory { get; init; }

    public IReadOnlyList<string> NoDirectory { get; init; } = [];

    public string? PerInput { get; init; }

    public IReadOnlyList<string> PerInputExcept { get; init; } = [];

    public IReadOnlyList<string> Suffixes { get; init; } = [];

    public string? DefaultOutput { get; init; }

    public string? DefaultSuffix { get; init; }

    public bool Consumes { get; init; }

    public bool Links { get; init; }

    public bool TakesLinks { get; init; }

    public bool Optional { get; init; }

    public IReadOnlyList<string> OptionalWhen { get; init; } = [];

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
            Queries = entry.Texts("queries"),
            Valued = Options("valued"),
            InputOptions = Options("inputOptions"),
            SearchedOptions = Options("searchedOptions"),
            OutputOptions = Options("outputOptions"),
            BesideOptions = Options("besideOptions"),
            TargetOptions = Options("targetOptions"),
            BaseOptions = Options("baseOptions"),
            Clusters = entry.Flag("clusters") ?? true,
            Bundled = entry.Flag("bundled") ?? false,
            ArgumentFiles = entry.Flag("argumentFiles") ?? false,
            Inputs = entry.Word("inputs", Selections) ?? None,
            Outputs = entry.Word("outputs", Selections) ?? None,
            IntoDirectory = entry.Flag("intoDirectory") ?? false,
            NoDirectory = entry.Texts("noDirectory"),
            PerInput = entry.TextOrNull("perInput"),
            PerInputExcept = entry.Texts("perInputExcept"),
            Suffixes = entry.Texts("suffixes"),
            DefaultOutput = entry.TextOrNull("defaultOutput"),
            DefaultSuffix = entry.TextOrNull("defaultSuffix"),
            Consumes = entry.Flag("consumes") ?? false,
            Links = entry.Flag("links") ?? false,
            TakesLinks = entry.Flag("takesLinks") ?? false,
            Optional = entry.Flag("optional") ?? false,
            OptionalWhen = entry.Texts("optionalWhen"),
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

        var line = new CapsuleLine(this, arguments, directory);
        return AlwaysQueries.Concat(Queries).Any(q => line.Given.Any(given => FileSystemName.MatchesSimpleExpression(q, given, ignoreCase: false))) ? new JobFiles()
            : (When.Count > 0 && !When.Any(line.Given.Contains)) || Without.Any(line.Given.Contains) ? null
            : FilesOf(line, directory);
    }

    /// <summary>What the value of an option is; null where it has none, or is not known.</summary>
    public CapsuleOption? KindOf(string option) => options.Value.GetValueOrDefault(option);

    /// <summary>
    /// The name of an option as the capsule has it; null where it does not know it. Long ones may be shortened, as GNU programs
    /// take them; linkers and compilers, whose letters do not stand for options each, take one dash for two.
    /// </summary>
    public string? NameOf(string option) => options.Value.ContainsKey(option) ? option
        : !Clusters ? new[] { option[1..], $"-{option}" }.FirstOrDefault(o => o.Length > 2 && options.Value.ContainsKey(o))
        : option.StartsWith("--", StringComparison.Ordinal) && option.Length > 2 && options.Value.Keys.Where(o => o.StartsWith(option, StringComparison.Ordinal)).Take(2).ToList() is [var only] ? only
        : null;

    private JobFiles FilesOf(CapsuleLine line, string directory)
    {
        List<(string Text, string Path)> words = [.. line.Words.Select(w => (w.Text, Suffixed(w.Path)))];
        var target = line.Values(CapsuleOption.Target).LastOrDefault();
        var sources = target is null ? Select(Inputs, words) : Inputs == None ? [] : words;
        List<string> links = [.. Files(sources).Where(path => TakesLinks && Libc.ReadLink(path) is not null)];
        List<string> read = [.. Files(sources).Except(links.Where(path => Libc.RealPath(path) is null))];
        var isNamed = OutputOptions.Any(line.Given.Contains);
        List<string> written =
        [
            .. line.Values(CapsuleOption.Output),
            .. line.Values(CapsuleOption.Beside),
            .. IntoDirectory ? Into(words, target, line, directory) : isNamed ? [] : Files(Select(Outputs, words)).Select(WithDefaultSuffix),
            .. isNamed ? [] : PerInputs(read, directory),
            .. isNamed || DefaultOutput is null || !sources.Any(s => HasOutput(s.Path)) ? [] : new[] { Path.Combine(directory, DefaultOutput) },
        ];
        return new JobFiles
        {
            Inputs = [.. read, .. line.Values(CapsuleOption.Input), .. line.Values(CapsuleOption.Searched).Where(path => !SearchPaths.Any(line.Given.Contains) || Libc.RealPath(path) is not null), .. line.ArgumentFiles],
            Outputs = written,
            Consumed = Consumes ? read : [],
            Linked = Links ? read : [],
            Optional = Optional || links.Count > 0 || OptionalWhen.Any(line.Given.Contains) ? written : [],
        };
    }

    private static IEnumerable<string> Files(List<(string Text, string Path)> words) => words.Where(w => w.Text is not ("-" or "")).Select(w => w.Path);

    // Where the last word, or a target option, is a directory, the words before it are names in it; a word alone is one here.
    private IEnumerable<string> Into(List<(string Text, string Path)> words, string? target, CapsuleLine line, string directory)
    {
        if (target is null && words.Count > 1)
        {
            target = words[^1].Path;
            words = words[..^1];
            if (NoDirectory.Any(line.Given.Contains) || !NativeFile.IsDirectory(target))
            {
                return [target];
            }
        }

        // "d/." and ".." are what is in a directory, which goes into the target itself.
        return words.Select(w => Path.GetFileName(Path.TrimEndingDirectorySeparator(w.Text)) is var name and not ("" or "." or "..")
            ? Path.Join(target ?? directory, name)
            : target ?? directory);
    }

    private IEnumerable<string> PerInputs(List<string> read, string directory) => PerInput is null ? [] : read
        .Where(HasOutput).Select(path => Fill(PerInput, path)).OfType<string>().Select(path => FilePath.Absolute(path, directory));

    private bool HasOutput(string path) => !PerInputExcept.Any(e => FileSystemName.MatchesSimpleExpression(e, Path.GetFileName(path), ignoreCase: false));

    // A name without its suffix stands for the file with the first one, where it is not there itself.
    private string Suffixed(string path) =>
        Suffixes.Count == 0 || HasSuffix(path) || Path.Exists(path) || !Path.Exists(path + Suffixes[0]) ? path : path + Suffixes[0];

    private string WithDefaultSuffix(string path) => DefaultSuffix is null || Path.GetFileName(path).Contains('.', StringComparison.Ordinal) ? path : path + DefaultSuffix;

    private static List<(string Text, string Path)> Select(string which, List<(string Text, string Path)> words) => which switch
    {
        "all" => words,
        "first" => words[..Math.Min(1, words.Count)],
        "firstTwo" => words[..Math.Min(2, words.Count)],
        "last" => words[^Math.Min(1, words.Count)..],
        "allButFirst" => words[Math.Min(1, words.Count)..],
        "allButLast" => words[..^Math.Min(1, words.Count)],
        _ => [],
    };

    // Null where the name has no suffix that the template asks for.
    private string? Fill(string template, string path) =>
        template.Contains("{unpacked}", StringComparison.Ordinal) && !HasSuffix(path) ? null : template
            .Replace("{path}", path, StringComparison.Ordinal)
            .Replace("{dir}", Path.GetDirectoryName(path), StringComparison.Ordinal)
            .Replace("{name}", Path.GetFileName(path), StringComparison.Ordinal)
            .Replace("{stem}", Path.GetFileNameWithoutExtension(path), StringComparison.Ordinal)
            .Replace("{unpacked}", Unpacked(path), StringComparison.Ordinal);

    private bool HasSuffix(string path) => Suffixes.Any(s => path.EndsWith(s.Split('=')[0], StringComparison.Ordinal));

    private string Unpacked(string path) => Suffixes.Select(s => s.Split('=')).Where(s => path.EndsWith(s[0], StringComparison.Ordinal))
        .Select(s => path[..^s[0].Length] + (s.Length > 1 ? s[1] : "")).FirstOrDefault(path);
}
