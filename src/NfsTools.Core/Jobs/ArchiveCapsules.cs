namespace NfsTools.Jobs;

/// <summary>Commands that make archives, and that pack and unpack.</summary>
internal static class ArchiveCapsules
{
    private static readonly string[] TarValued =
    [
        "-b", "--blocking-factor", "-F", "--info-script", "--new-volume-script", "-g", "--listed-incremental", "-H", "--format", "-I", "--use-compress-program", "-K", "--starting-file", "-L", "--tape-length", "-N",
        "--newer", "--after-date", "-V", "--label", "--checkpoint-action", "--clamp-mtime", "--exclude", "--exclude-ignore", "--exclude-ignore-recursive", "--exclude-tag", "--exclude-tag-all", "--exclude-tag-under",
        "--group", "--group-map", "--index-file", "--level", "--mode", "--mtime", "--newer-mtime", "--owner", "--owner-map", "--pax-option", "--quote-chars", "--quoting-style", "--no-quote-chars", "--record-size",
        "--rmt-command", "--rsh-command", "--sort", "--strip-components", "--to-command", "--transform", "--xform", "--volno-file", "--warning", "--xattrs-exclude", "--xattrs-include",
    ];

    private static readonly string[] TarQueries = ["--usage", "--show-defaults", "--show-snapshot-field-ranges"];
    private static readonly string[] TarLists = ["-T", "--files-from", "-X", "--exclude-from"];

    // Packers: what only reads, what writes nowhere by name, and what takes another suffix, goes first.
    private static readonly string[] Packers = ["gzip", "pigz", "bzip2", "pbzip2", "xz"];

    private static readonly string[] Unpackers = ["gunzip", "unpigz", "bunzip2", "unxz", .. Packers];
    private static readonly string[] PackedSuffixes = [".gz", ".bz2", ".xz", ".tgz=.tar", ".taz=.tar", ".tbz2=.tar", ".tbz=.tar", ".txz=.tar", ".tlz=.tar", ".lzma", ".bz", ".z", ".Z", "-gz", "-z", "_z"];
    private static readonly string[] PackValued = ["-S", "--suffix", "-p", "--processes", "-T", "--threads", "-M", "--memlimit", "--memory", "-F", "--format", "-C", "--check", "-b", "--blocksize", "--block-size", "--block-list", "--flush-timeout", "--memlimit-compress", "--memlimit-decompress"];
    private static readonly string[] PackQueries = ["-h", "-H", "-V", "-L", "--license", "--long-help", "--info-memory"];
    private static readonly string[] Reading = ["-c", "--stdout", "--to-stdout", "-l", "--list", "-t", "--test"];
    private static readonly string[] Unpacking = ["-d", "--decompress", "--uncompress"];

    // With the input's times the output may be as it was.
    private static readonly string[] Forced = ["-f", "--force"];

    private static readonly string[] OtherNames = ["-r", "--recursive", "-S", "--suffix", "-N", "--name", "-F", "--format", "--files", "--files0"];

    /// <summary>The capsules; the first that fits a command is taken.</summary>
    public static IReadOnlyList<Capsule> All { get; } =
    [
        new()
        {
            Commands = ["tar", "gtar", "bsdtar"],
            When = ["-c", "--create"],
            Queries = TarQueries,
            Bundled = true,
            Valued = TarValued,
            OutputOptions = ["-f", "--file"],
            InputOptions = [.. TarLists, "--add-file"],
            BaseOptions = ["-C", "--directory"],
            Without = ["--remove-files"],
            Inputs = "all",
            TakesLinks = true,
        },
        new()
        {
            Commands = ["tar", "gtar", "bsdtar"],
            When = ["-c", "--create"],
            Queries = TarQueries,
            Bundled = true,
            Valued = TarValued,
            OutputOptions = ["-f", "--file"],
            InputOptions = [.. TarLists, "--add-file"],
            BaseOptions = ["-C", "--directory"],
            Inputs = "all",
            TakesLinks = true,
            Consumes = true,
        },
        new()
        {
            Commands = ["tar", "gtar", "bsdtar"],
            When = ["-r", "--append", "-u", "--update", "-A", "--catenate", "--concatenate"],
            Queries = TarQueries,
            Bundled = true,
            Valued = TarValued,
            OutputOptions = ["-f", "--file"],
            InputOptions = [.. TarLists, "--add-file"],
            BaseOptions = ["-C", "--directory"],
            Inputs = "all",
            TakesLinks = true,
            Consumes = true,
            Optional = true,
        },
        new()
        {
            Commands = ["tar", "gtar", "bsdtar"],
            When = ["--delete"],
            Queries = TarQueries,
            Valued = TarValued,
            OutputOptions = ["-f", "--file"],
            InputOptions = TarLists,
            BaseOptions = ["-C", "--directory"],
            Optional = true,
        },
        new()
        {
            Commands = ["tar", "gtar", "bsdtar"],
            When = ["-x", "--extract", "--get", "-t", "--list", "-d", "--diff", "--compare", "--test-label"],
            Queries = TarQueries,
            Bundled = true,
            Valued = TarValued,
            InputOptions = ["-f", "--file", .. TarLists],
            BaseOptions = ["-C", "--directory"],
        },

        // The words behind -x and -i are patterns; with others the archive need not change.
        new()
        {
            Commands = ["zip"],
            When = ["-x", "--exclude", "-i", "--include", "-@", "--names-stdin", "-R", "--recurse-patterns", "-d", "--delete", "-u", "--update", "-f", "--freshen", "-FS", "--filesync", "-U", "--copy", "-T", "--test", "-m", "--move", "-A", "--adjust-sfx", "-J", "--junk-sfx", "-F", "--fix", "-FF", "--fixfix", "-O", "--out", "--output-file", "-s", "--split-size", "-z", "--archive-comment", "-o", "--latest-time"],
            Queries = ["-h", "-h2", "-?", "--more-help", "-L", "--license", "-sf", "--show-files", "-sc", "--show-command", "-so", "--show-options", "-ZZ"],
            Valued = ["-b", "--temp-path", "-n", "--suffixes", "-t", "--from-date", "-tt", "--before-date", "-P", "--password", "-lf", "--logfile-path", "-ds", "--dot-size", "-TT", "--unzip-command"],
        },
        new()
        {
            Commands = ["zip"],
            Queries = ["-h", "-h2", "-?", "--more-help", "-L", "--license", "-sf", "--show-files", "-sc", "--show-command", "-so", "--show-options"],
            Valued = ["-b", "--temp-path", "-n", "--suffixes", "-t", "--from-date", "-tt", "--before-date", "-P", "--password", "-lf", "--logfile-path", "-ds", "--dot-size", "-Z", "--compression-method"],
            Inputs = "allButFirst",
            Outputs = "first",
            DefaultSuffix = ".zip",
        },
        new()
        {
            Commands = [.. Unpackers, "zcat", "gzcat", "bzcat", "xzcat"],
            When = [.. Reading],
            Without = ["-r", "--recursive", "--files", "--files0"],
            Queries = PackQueries,
            Valued = PackValued,
            Inputs = "all",
            Suffixes = PackedSuffixes,
        },
        new()
        {
            Commands = ["zcat", "gzcat", "bzcat", "xzcat"],
            Queries = PackQueries,
            Valued = PackValued,
            Inputs = "all",
            Suffixes = PackedSuffixes,
        },

        // What is in directories, files under names that the command finds out, other suffixes.
        new()
        {
            Commands = Unpackers,
            When = OtherNames,
            Queries = PackQueries,
            Valued = [.. PackValued, "--files", "--files0"],
            Inputs = "all",
            Outputs = "all",
            Suffixes = PackedSuffixes,
            Consumes = true,
            Optional = true,
        },
        new()
        {
            Commands = ["gunzip", "unpigz", "bunzip2", "unxz"],
            Without = ["-k", "--keep"],
            Queries = PackQueries,
            Valued = PackValued,
            Inputs = "all",
            Suffixes = PackedSuffixes,
            PerInput = "{unpacked}",
            OptionalWhen = Forced,
            Consumes = true,
        },
        new()
        {
            Commands = ["gunzip", "unpigz", "bunzip2", "unxz"],
            Queries = PackQueries,
            Valued = PackValued,
            Inputs = "all",
            Suffixes = PackedSuffixes,
            PerInput = "{unpacked}",
            OptionalWhen = Forced,
        },
        new()
        {
            Commands = Packers,
            When = Unpacking,
            Without = ["-k", "--keep"],
            Queries = PackQueries,
            Valued = PackValued,
            Inputs = "all",
            Suffixes = PackedSuffixes,
            PerInput = "{unpacked}",
            OptionalWhen = Forced,
            Consumes = true,
        },
        new()
        {
            Commands = Packers,
            When = Unpacking,
            Queries = PackQueries,
            Valued = PackValued,
            Inputs = "all",
            Suffixes = PackedSuffixes,
            PerInput = "{unpacked}",
            OptionalWhen = Forced,
        },
        .. Packing(["gzip", "pigz"], "{path}.gz", "*.gz", "*.z", "*.Z", "*.tgz", "*.taz", "*-gz", "*-z", "*_z"),
        .. Packing(["bzip2", "pbzip2"], "{path}.bz2"),
        .. Packing(["xz"], "{path}.xz"),
    ];

    private static Capsule[] Packing(string[] commands, string output, params string[] packed) =>
    [
        new()
        {
            Commands = commands,
            Without = ["-k", "--keep"],
            Queries = PackQueries,
            Valued = PackValued,
            Inputs = "all",
            PerInput = output,
            PerInputExcept = packed,
            OptionalWhen = Forced,
            Consumes = true,
        },
        new()
        {
            Commands = commands,
            Queries = PackQueries,
            Valued = PackValued,
            Inputs = "all",
            PerInput = output,
            PerInputExcept = packed,
            OptionalWhen = Forced,
        },
    ];
}
