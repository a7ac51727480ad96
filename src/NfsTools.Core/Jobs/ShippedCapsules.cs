namespace NfsTools.Jobs;

/// <summary>
/// The table of known commands that is shipped, after their manual pages. In C#, because a short command would wait for a parser
/// of YAML; printed it is a table like one's own. Where it is not sure what a command does, it claims less.
/// </summary>
internal static class ShippedCapsules
{
    private static readonly string[] Backup = ["-S", "--suffix"];
    private static readonly string[] CopyValued = [.. Backup, "--sparse", "--no-preserve"];
    private static readonly string[] Into = ["-t", "--target-directory"];
    private static readonly string[] NotInto = ["-T", "--no-target-directory"];

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

    // With versions, as in gcc-12; gcc-ar is another thing.
    private static readonly string[] Compilers =
    [
        "cc", "c++", .. new[] { "gcc", "g++", "clang", "clang++", "gfortran" }.SelectMany(name => Enumerable.Range(1, 9).Select(digit => $"{name}-{digit}*").Prepend(name)),
    ];

    private static readonly string[] CompilerValued =
    [
        "-x", "-I", "-L", "-l", "-D", "-U", "-A", "-B", "-J", "-z", "-u", "-G", "-e", "-MT", "-MQ", "-MJ", "-isystem", "-idirafter", "-iquote", "-iprefix", "-iwithprefix", "-iwithprefixbefore", "-isysroot", "-imultilib",
        "-aux-info", "-dumpbase", "-dumpbase-ext", "-dumpdir", "-Xlinker", "-Xpreprocessor", "-Xassembler", "-Xclang", "-mllvm", "-target", "-wrapper", "-specs", "-Ttext", "-Tdata", "-Tbss", "--entry", "--param", "--sysroot",
    ];

    private static readonly string[] CompilerQueries = ["-dump*", "-print-*", "--print-*", "--help*", "--target-help", "-###", "-Wl,--version", "-Wl,--help"];
    private static readonly string[] CompilerInputs = ["-T", "-include", "-imacros"];
    private static readonly string[] CompilerOutputs = ["-o", "--output"];
    private static readonly string[] CompilerBeside = ["-MF"];
    private static readonly string[] OnlyPreprocessing = ["-E", "--preprocess", "-M", "-MM", "--dependencies", "--user-dependencies", "-fsyntax-only", "-emit-llvm", "--analyze"];

    // What a linker takes is not compiled; of a header another kind of file is made.
    private static readonly string[] Headers = ["*.h", "*.hh", "*.hpp", "*.hxx", "*.H"];
    private static readonly string[] NotCompiled = ["*.o", "*.a", "*.so", "*.so.*", "*.lo", "*.la", "*.ld", "*.lds", .. Headers];

    private static readonly string[] Archivers = ["ar", "gcc-ar", "gcc-ar-*", "llvm-ar"];

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
        .. Packing(["gzip", "pigz"], "{path}.gz"),
        .. Packing(["bzip2", "pbzip2"], "{path}.bz2"),
        .. Packing(["xz"], "{path}.xz"),

        // The first step that is asked for wins: preprocessing, then assembly, then object files.
        new()
        {
            Commands = Compilers,
            When = ["-fsyntax-only"],
            Queries = CompilerQueries,
            Clusters = false,
            ArgumentFiles = true,
            Valued = [.. CompilerValued, .. CompilerOutputs, .. CompilerBeside],
            SearchedOptions = CompilerInputs,
            Inputs = "all",
        },
        new()
        {
            Commands = Compilers,
            When = OnlyPreprocessing,
            Queries = CompilerQueries,
            Clusters = false,
            ArgumentFiles = true,
            Valued = CompilerValued,
            SearchedOptions = CompilerInputs,
            OutputOptions = CompilerOutputs,
            BesideOptions = CompilerBeside,
            Inputs = "all",
        },
        Compiling(["-S", "--assemble"], "{stem}.s"),
        Compiling(["-c", "--compile"], "{stem}.o"),
        new()
        {
            Commands = Compilers,
            Queries = CompilerQueries,
            Clusters = false,
            ArgumentFiles = true,
            Valued = CompilerValued,
            PerInputExcept = Headers,
            SearchedOptions = CompilerInputs,
            OutputOptions = CompilerOutputs,
            BesideOptions = CompilerBeside,
            Inputs = "all",
            DefaultOutput = "a.out",
        },
        new()
        {
            Commands = ["as"],
            Queries = ["--help*", "--target-help", "-version", "--dump-config"],
            Clusters = false,
            ArgumentFiles = true,
            Valued = ["-I", "--defsym", "--debug-prefix-map", "--hash-size", "-G"],
            OutputOptions = ["-o"],
            BesideOptions = ["--MD"],
            Inputs = "all",
            DefaultOutput = "a.out",
        },
        new()
        {
            Commands = ["ld", "ld.*", "gold"],
            Queries = ["--target-help", "--print-sysroot", "--print-output-format"],
            Clusters = false,
            ArgumentFiles = true,
            Valued =
            [
                "-L", "--library-path", "-l", "--library", "-m", "-e", "--entry", "-z", "-h", "-soname", "-rpath", "-rpath-link", "-I", "-dynamic-linker", "-u", "--undefined", "--require-defined", "-y", "--trace-symbol", "-Y",
                "--defsym", "-A", "--architecture", "-a", "-f", "--auxiliary", "-F", "--filter", "-G", "--gpsize", "-b", "--format", "--oformat", "-plugin", "-plugin-opt", "-assert", "-P", "--dynamic-list-cpp-new", "--exclude-libs",
                "--exclude-modules-for-implib", "-fini", "-init", "--section-start", "--sort-section", "--wrap", "-Ttext", "-Tdata", "-Tbss", "-Ttext-segment", "-Trodata-segment", "-Tldata-segment", "--out-implib", "--task-link", "--unresolved-symbols", "--split-by-file",
                "--split-by-reloc", "--stats", "--hash-size", "--image-base", "--max-page-size", "--ignore-unresolved-symbol", "--version-exports-section", "--remap-inputs",
            ],
            SearchedOptions = ["-T", "--script", "-dT", "--default-script", "-R", "--just-symbols", "-c", "--mri-script", "--version-script", "--dynamic-list", "--retain-symbols-file", "--export-dynamic-symbol-list", "--section-ordering-file"],
            OutputOptions = ["-o", "--output"],
            BesideOptions = ["-Map", "--dependency-file"],
            Inputs = "all",
            DefaultOutput = "a.out",
        },

        // Members are named, not files; a member that others are put beside stands before the archive.
        new()
        {
            Commands = Archivers,
            When = ["-d", "-m"],
            Without = ["-M"],
            Queries = ["-V"],
            Bundled = true,
            ArgumentFiles = true,
            Valued = ["-a", "-b", "-i", "--plugin", "--target"],
            Outputs = "first",
            Optional = true,
        },
        new()
        {
            Commands = Archivers,
            When = ["-r", "-q"],
            Queries = ["-V"],
            Bundled = true,
            ArgumentFiles = true,
            Valued = ["-a", "-b", "-i", "--plugin", "--target", "-l", "--record-libdeps"],
            Inputs = "allButFirst",
            Outputs = "first",
            OptionalWhen = ["-u"],
        },
        new()
        {
            Commands = Archivers,
            When = ["-x", "-t", "-p"],
            Without = ["-N"],
            Queries = ["-V"],
            Bundled = true,
            ArgumentFiles = true,
            Valued = ["--plugin", "--target", "--output"],
            Inputs = "first",
        },
        new()
        {
            Commands = Archivers,
            When = ["-s"],
            Queries = ["-V"],
            Bundled = true,
            ArgumentFiles = true,
            Valued = ["--plugin", "--target"],
            Outputs = "first",
            Optional = true,
        },
        new()
        {
            Commands = ["ranlib", "gcc-ranlib", "gcc-ranlib-*", "llvm-ranlib"],
            Queries = ["-h", "-H", "-v", "-V"],
            ArgumentFiles = true,
            Valued = ["--plugin"],
            Inputs = "all",
            Outputs = "all",
            Optional = true,
        },
        new()
        {
            Commands = ["strip"],
            Queries = ["-h", "-H", "-V", "--info"],
            ArgumentFiles = true,
            Valued =
            [
                "-F", "--target", "-I", "--input-target", "-O", "--output-target", "-K", "--keep-symbol", "-N", "--strip-symbol", "-R", "--remove-section", "--keep-section", "--remove-relocations",
            ],
            OutputOptions = ["-o"],
            Inputs = "all",
            Outputs = "all",
            OptionalWhen = ["-p", "--preserve-dates"],
        },
    ];

    private static Capsule[] Packing(string[] commands, string output) =>
    [
        new()
        {
            Commands = commands,
            Without = ["-k", "--keep"],
            Queries = PackQueries,
            Valued = PackValued,
            Inputs = "all",
            PerInput = output,
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
            OptionalWhen = Forced,
        },
    ];

    private static Capsule Compiling(string[] when, string output) => new()
    {
        Commands = Compilers,
        When = when,
        Queries = CompilerQueries,
        Clusters = false,
        ArgumentFiles = true,
        Valued = CompilerValued,
        SearchedOptions = CompilerInputs,
        OutputOptions = CompilerOutputs,
        BesideOptions = CompilerBeside,
        Inputs = "all",
        PerInput = output,
        PerInputExcept = NotCompiled,
    };
}
