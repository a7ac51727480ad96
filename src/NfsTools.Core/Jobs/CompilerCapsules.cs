namespace NfsTools.Jobs;

/// <summary>Compilers, linkers and what works on their files.</summary>
internal static class CompilerCapsules
{
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
                "--split-by-reloc", "--stats", "--hash-size", "--image-base", "--max-page-size", "--ignore-unresolved-symbol", "--version-exports-section", "--remap-inputs", "-O",
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
            Without = ["-M", "-N"],
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
