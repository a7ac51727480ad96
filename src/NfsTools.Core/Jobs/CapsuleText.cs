namespace NfsTools.Jobs;

/// <summary>Writes capsules as the YAML table that they are read from.</summary>
internal static class CapsuleText
{
    private const string Explanation = """
        # Known commands, and which of their arguments are inputs and outputs. The first capsule that fits is taken.
        #
        # commands       the command's names; * stands for any characters
        # when           only where one of these options is given
        # without        only where none of these options is given
        # valued         options whose value may be the next word and is no file; flags need not be listed
        # inputOptions   options whose value is an input
        # outputOptions  options whose value is an output
        # targetOptions  options whose value is the directory that outputs go into: all other words are inputs then
        # baseOptions    options whose value is the directory that the words behind them are in
        # clusters       false where -abc is one option, not three
        # bundled        true where the first word holds options without a "-", as in "tar cf"
        # inputs         which of the words that are no options are inputs: none, all, first, last, allButFirst, allButLast
        # outputs        which are outputs
        # intoDirectory  true where an output that is a directory stands for a file in it, named as the input
        # perInput       an output for each input where no option names one: {path}, {dir}, {name}, {stem} (the name without its suffix)
        # defaultOutput  the output where no option names one
        # consumes       true where inputs may be gone afterwards
        capsules:

        """;

    /// <summary>The table, with what its keys mean.</summary>
    public static string Of(IEnumerable<Capsule> capsules) => Explanation + string.Concat(capsules.Select(Entry));

    // What is as usual is left out.
    private static string Entry(Capsule capsule)
    {
        (string Key, string? Value)[] lines =
        [
            ("commands", List(capsule.Commands)),
            ("when", List(capsule.When)),
            ("without", List(capsule.Without)),
            ("clusters", capsule.Clusters ? null : "false"),
            ("bundled", capsule.Bundled ? "true" : null),
            ("valued", List(capsule.Valued)),
            ("inputOptions", List(capsule.InputOptions)),
            ("outputOptions", List(capsule.OutputOptions)),
            ("targetOptions", List(capsule.TargetOptions)),
            ("baseOptions", List(capsule.BaseOptions)),
            ("inputs", capsule.Inputs == Capsule.None ? null : capsule.Inputs),
            ("outputs", capsule.Outputs == Capsule.None ? null : capsule.Outputs),
            ("intoDirectory", capsule.IntoDirectory ? "true" : null),
            ("perInput", capsule.PerInput is { } template ? Scalar(template) : null),
            ("defaultOutput", capsule.DefaultOutput is { } output ? Scalar(output) : null),
            ("consumes", capsule.Consumes ? "true" : null),
        ];
        return $"  - {string.Join("\n    ", lines.Where(l => l.Value is not null).Select(l => $"{l.Key}: {l.Value}"))}\n";
    }

    private static string? List(IReadOnlyList<string> words) => words.Count == 0 ? null : $"[{string.Join(", ", words.Select(Scalar))}]";

    // The shipped words have no quotes or backslashes in them.
    private static string Scalar(string word) =>
        word[0] != '*' && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./+*".Contains(c, StringComparison.Ordinal)) ? word : $"\"{word}\"";
}
