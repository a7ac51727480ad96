namespace NfsTools.Jobs;

/// <summary>Writes capsules as the YAML table that they are read from.</summary>
internal static class CapsuleText
{
    private const string Explanation = """
        # Known commands, and which of their arguments are inputs and outputs. The first capsule that fits is taken.
        # With --help or --version a command has no files. Long options may be shortened.
        #
        # commands       the command's names; * stands for any characters
        # when           only where one of these options is given
        # without        only where none of these options is given
        # queries        options with which the command has no files, as it only tells something; * stands for any characters
        # valued         options whose value may be the next word and is no file; flags need not be listed
        # inputOptions   options whose value is an input
        # searchedOptions  options whose value is an input; with -L or -I, which tell where to look for it, only where it is there by that name
        # besideOptions  options whose value is an output besides the others
        # outputOptions  options whose value is the output; with one of them the keys outputs, perInput and defaultOutput do not hold
        # targetOptions  options whose value is the directory that outputs go into: all other words are inputs then
        # baseOptions    options whose value is the directory that the words behind them are in
        # clusters       false where -abc is one option, not three, and may be written --abc
        # bundled        true where the first word holds options without a "-", as in "tar cf"
        # argumentFiles  true where a word @FILE stands for the words in that file
        # inputs         which of the words that are no options are inputs: none, all, first, firstTwo, last, allButFirst, allButLast
        # outputs        which are outputs
        # intoDirectory  true where the last word is the output, or the directory it goes into under the name of the word before
        # noDirectory    options with which the last word is the output even where it is a directory
        # perInput       an output for each input where no option names one: {path}, {dir}, {name}, {stem} (the name without its suffix), {unpacked}
        # perInputExcept inputs for which neither perInput nor defaultOutput holds, by name: ["*.o"]
        # suffixes       what inputs' names end with, and what stands in its place in {unpacked}: [.gz, .tgz=.tar]; one without is taken with the first where it is not there itself
        # defaultOutput  the output where no option names one and there is an input
        # defaultSuffix  what an output's name ends with where it has no suffix
        # consumes       true where inputs may be gone afterwards
        # links          true where inputs get more names (hard links)
        # takesLinks     true where a symbolic link is taken itself: one that leads nowhere is no input
        # optional       true where outputs may rightly stay as they are; they must be there
        # optionalWhen   options with which they may
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
            ("queries", List(capsule.Queries)),
            ("clusters", capsule.Clusters ? null : "false"),
            ("bundled", capsule.Bundled ? "true" : null),
            ("argumentFiles", capsule.ArgumentFiles ? "true" : null),
            ("valued", List(capsule.Valued)),
            ("inputOptions", List(capsule.InputOptions)),
            ("searchedOptions", List(capsule.SearchedOptions)),
            ("outputOptions", List(capsule.OutputOptions)),
            ("besideOptions", List(capsule.BesideOptions)),
            ("targetOptions", List(capsule.TargetOptions)),
            ("baseOptions", List(capsule.BaseOptions)),
            ("inputs", capsule.Inputs == Capsule.None ? null : capsule.Inputs),
            ("outputs", capsule.Outputs == Capsule.None ? null : capsule.Outputs),
            ("intoDirectory", capsule.IntoDirectory ? "true" : null),
            ("noDirectory", List(capsule.NoDirectory)),
            ("perInput", capsule.PerInput is { } template ? Scalar(template) : null),
            ("perInputExcept", List(capsule.PerInputExcept)),
            ("suffixes", List(capsule.Suffixes)),
            ("defaultOutput", capsule.DefaultOutput is { } output ? Scalar(output) : null),
            ("defaultSuffix", capsule.DefaultSuffix is { } suffix ? Scalar(suffix) : null),
            ("consumes", capsule.Consumes ? "true" : null),
            ("links", capsule.Links ? "true" : null),
            ("takesLinks", capsule.TakesLinks ? "true" : null),
            ("optional", capsule.Optional ? "true" : null),
            ("optionalWhen", List(capsule.OptionalWhen)),
        ];
        return $"  - {string.Join("\n    ", lines.Where(l => l.Value is not null).Select(l => $"{l.Key}: {l.Value}"))}\n";
    }

    private static string? List(IReadOnlyList<string> words) => words.Count == 0 ? null : $"[{string.Join(", ", words.Select(Scalar))}]";

    // The shipped words have no quotes or backslashes in them.
    private static string Scalar(string word) =>
        word[0] != '*' && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./+*".Contains(c, StringComparison.Ordinal)) ? word : $"\"{word}\"";
}
