namespace NfsTools.Jobs;

/// <summary>Commands that copy, move, link, read, compare and sort files.</summary>
internal static class FileCapsules
{
    private static readonly string[] Backup = ["-S", "--suffix"];
    private static readonly string[] CopyValued = [.. Backup, "--sparse", "--no-preserve"];
    private static readonly string[] Into = ["-t", "--target-directory"];
    private static readonly string[] NotInto = ["-T", "--no-target-directory"];

    /// <summary>The capsules; the first that fits a command is taken.</summary>
    public static IReadOnlyList<Capsule> All { get; } =
    [
        // With --parents outputs lie deeper than the words say.
        new()
        {
            Commands = ["cp"],
            When = ["--parents"],
            Valued = CopyValued,
            TargetOptions = Into,
            Inputs = "allButLast",
            TakesLinks = true,
        },
        new()
        {
            Commands = ["cp"],
            When = ["-l", "--link"],
            Valued = CopyValued,
            TargetOptions = Into,
            NoDirectory = NotInto,
            Inputs = "allButLast",
            IntoDirectory = true,
            TakesLinks = true,
            Links = true,
            Optional = true,
        },
        new()
        {
            Commands = ["cp"],
            When = ["-a", "--archive", "-d", "-P", "--no-dereference", "-r", "-R", "--recursive"],
            Valued = CopyValued,
            TargetOptions = Into,
            NoDirectory = NotInto,
            Inputs = "allButLast",
            IntoDirectory = true,
            TakesLinks = true,
            Optional = true,
        },

        // What keeps times leaves a copy that is there already as it was.
        new()
        {
            Commands = ["cp"],
            Valued = CopyValued,
            TargetOptions = Into,
            NoDirectory = NotInto,
            Inputs = "allButLast",
            IntoDirectory = true,
            OptionalWhen = ["-u", "--update", "-n", "--no-clobber", "-i", "--interactive", "-p", "--preserve", "-s", "--symbolic-link", "--attributes-only"],
        },
        new()
        {
            Commands = ["mv"],
            TakesLinks = true,
            Valued = Backup,
            TargetOptions = Into,
            NoDirectory = NotInto,
            Inputs = "allButLast",
            IntoDirectory = true,
            Consumes = true,
            OptionalWhen = ["-u", "--update", "-n", "--no-clobber", "-i", "--interactive"],
        },

        // What a symbolic link points to need not be there.
        new()
        {
            Commands = ["ln"],
            When = ["-s", "--symbolic"],
            Valued = Backup,
            TargetOptions = Into,
            NoDirectory = [.. NotInto, "-n", "--no-dereference"],
            IntoDirectory = true,
            Optional = true,
        },
        new()
        {
            Commands = ["ln"],
            Valued = Backup,
            TargetOptions = Into,
            NoDirectory = [.. NotInto, "-n", "--no-dereference"],
            Inputs = "allButLast",
            IntoDirectory = true,
            Links = true,
            TakesLinks = true,
            OptionalWhen = ["-i", "--interactive"],
        },
        new()
        {
            Commands = ["install"],
            When = ["-d", "--directory"],
            Valued = [.. Backup, "-g", "--group", "-m", "--mode", "-o", "--owner", "--strip-program"],
            Outputs = "all",
            Optional = true,
        },
        new()
        {
            Commands = ["install"],
            Valued = [.. Backup, "-g", "--group", "-m", "--mode", "-o", "--owner", "--strip-program"],
            TargetOptions = Into,
            NoDirectory = NotInto,
            Inputs = "allButLast",
            IntoDirectory = true,
            OptionalWhen = ["-C", "--compare", "-p", "--preserve-timestamps"],
        },
        new()
        {
            Commands = ["cat"],
            Inputs = "all",
        },
        new()
        {
            Commands = ["wc"],
            InputOptions = ["--files0-from"],
            Inputs = "all",
        },
        new()
        {
            Commands = ["md5sum", "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "b2sum", "cksum"],
            Valued = ["-l", "--length", "-a", "--algorithm"],
            Inputs = "all",
        },
        new()
        {
            Commands = ["cmp"],
            Queries = ["-v"],
            Valued = ["-i", "--ignore-initial", "-n", "--bytes"],
            Inputs = "firstTwo",
        },

        // What is not there counts as empty.
        new()
        {
            Commands = ["diff"],
            When = ["-N", "--new-file", "-P", "--unidirectional-new-file"],
        },
        new()
        {
            Commands = ["diff"],
            Queries = ["-v"],
            Valued =
            [
                "-U", "-C", "-D", "--ifdef", "-F", "--show-function-line", "-I", "--ignore-matching-lines", "-L", "--label", "-S", "--starting-file", "-W", "--width", "-x", "--exclude", "--color-palette", "--palette", "--horizon-lines",
                "--tabsize", "--line-format", "--old-line-format", "--new-line-format", "--unchanged-line-format", "--old-group-format", "--new-group-format", "--unchanged-group-format", "--changed-group-format",
            ],
            InputOptions = ["-X", "--exclude-from", "--from-file", "--to-file"],
            Inputs = "all",
        },

        // A time that is given may be the one that is there; of a directory it is not what is in it.
        new()
        {
            Commands = ["touch"],
            Without = ["-c", "--no-create"],
            Valued = ["-d", "--date", "-t", "--time"],
            InputOptions = ["-r", "--reference"],
            Outputs = "all",
            Optional = true,
        },
        new()
        {
            Commands = ["touch"],
            Valued = ["-d", "--date", "-t", "--time"],
            InputOptions = ["-r", "--reference"],
        },
        new()
        {
            Commands = ["tee"],
            Outputs = "all",
            OptionalWhen = ["-a", "--append"],
        },
        new()
        {
            Commands = ["sort"],
            Valued = ["-k", "--key", "-t", "--field-separator", "-S", "--buffer-size", "-T", "--temporary-directory", "--parallel", "--batch-size", "--compress-program", "--sort"],
            InputOptions = ["--files0-from", "--random-source"],
            OutputOptions = ["-o", "--output"],
            Inputs = "all",
        },
    ];
}
