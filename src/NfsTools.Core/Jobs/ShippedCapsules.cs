namespace NfsTools.Jobs;

/// <summary>
/// The table of known commands that is shipped. In C#, because a short command would wait for a parser of YAML; printed it is a
/// table like one's own.
/// </summary>
internal static class ShippedCapsules
{
    private static readonly string[] TarValued = ["-b", "--blocking-factor", "-H", "--format", "-V", "--label", "-I", "--use-compress-program", "--exclude", "--owner", "--group", "--mode", "--mtime", "--transform", "--xform"];

    private static readonly string[] NotCompressing = ["-c", "--stdout", "--to-stdout", "-d", "--decompress", "--uncompress", "-l", "--list", "-t", "--test", "-k", "--keep"];

    private static readonly string[] GzipValued = ["-S", "--suffix", "-p", "--processes", "-T", "--threads", "-M", "--memory"];

    private static readonly string[] NotKeeping = ["-c", "--stdout", "--to-stdout", "-d", "--decompress", "--uncompress", "-l", "--list", "-t", "--test"];

    private static readonly string[] Compilers = ["gcc", "gcc-*", "g++", "g++-*", "cc", "c++", "clang", "clang-*", "clang++", "clang++-*", "gfortran", "gfortran-*"];

    private static readonly string[] CompilerValued = ["-x", "-I", "-L", "-l", "-D", "-U", "-A", "-B", "-z", "-u", "-G", "-e", "-MT", "-MQ", "-isystem", "-idirafter", "-iquote", "-iprefix", "-isysroot", "-imultilib", "-aux-info", "-Xlinker", "-Xpreprocessor", "-Xassembler", "-target", "--param", "--sysroot"];

    private static readonly string[] CompilerInputs = ["-T", "-include", "-imacros"];

    private static readonly string[] CompilerOutputs = ["-o", "-MF"];

    /// <summary>The capsules; the first that fits a command is taken.</summary>
    public static IReadOnlyList<Capsule> All { get; } =
    [
        new()
        {
            Commands = ["cp"],
            Valued = ["-S", "--suffix", "--sparse", "--no-preserve"],
            TargetOptions = ["-t", "--target-directory"],
            Inputs = "allButLast",
            Outputs = "last",
            IntoDirectory = true,
        },
        new()
        {
            Commands = ["mv"],
            Valued = ["-S", "--suffix"],
            TargetOptions = ["-t", "--target-directory"],
            Inputs = "allButLast",
            Outputs = "last",
            IntoDirectory = true,
            Consumes = true,
        },
        new()
        {
            Commands = ["ln"],
            When = ["-s", "--symbolic"],
            Valued = ["-S", "--suffix"],
            Outputs = "last",
        },
        new()
        {
            Commands = ["ln"],
            Valued = ["-S", "--suffix"],
            TargetOptions = ["-t", "--target-directory"],
            Inputs = "allButLast",
            Outputs = "last",
            IntoDirectory = true,
        },
        new()
        {
            Commands = ["install"],
            Without = ["-d", "--directory"],
            Valued = ["-g", "--group", "-m", "--mode", "-o", "--owner", "-S", "--suffix"],
            TargetOptions = ["-t", "--target-directory"],
            Inputs = "allButLast",
            Outputs = "last",
            IntoDirectory = true,
        },
        new()
        {
            Commands = ["cat", "cmp", "diff", "wc", "md5sum", "sha1sum", "sha256sum", "sha512sum"],
            Valued = ["-U", "--unified", "-C", "--context", "-n", "-i"],
            Inputs = "all",
        },
        new()
        {
            Commands = ["touch"],
            Valued = ["-d", "--date", "-t"],
            InputOptions = ["-r", "--reference"],
            Outputs = "all",
        },
        new()
        {
            Commands = ["tee"],
            Outputs = "all",
        },
        new()
        {
            Commands = ["sort"],
            Valued = ["-k", "--key", "-t", "--field-separator", "-S", "--buffer-size", "-T", "--temporary-directory", "--parallel", "--batch-size", "--compress-program"],
            OutputOptions = ["-o", "--output"],
            Inputs = "all",
        },
        new()
        {
            Commands = ["tar", "gtar", "bsdtar"],
            When = ["-c", "--create"],
            Bundled = true,
            Valued = TarValued,
            OutputOptions = ["-f", "--file"],
            InputOptions = ["-T", "--files-from", "-X", "--exclude-from"],
            BaseOptions = ["-C", "--directory"],
            Inputs = "all",
        },
        new()
        {
            Commands = ["tar", "gtar", "bsdtar"],
            When = ["-x", "--extract", "--get", "-t", "--list", "-d", "--diff", "--compare"],
            Bundled = true,
            Valued = TarValued,
            InputOptions = ["-f", "--file", "-T", "--files-from", "-X", "--exclude-from"],
            BaseOptions = ["-C", "--directory"],
        },
        new()
        {
            Commands = ["zip"],
            Valued = ["-b", "-n", "-t", "-x", "-i"],
            Inputs = "allButFirst",
            Outputs = "first",
        },
        new()
        {
            Commands = ["gzip", "pigz"],
            Without = NotCompressing,
            Valued = GzipValued,
            Inputs = "all",
            PerInput = "{path}.gz",
            Consumes = true,
        },
        new()
        {
            Commands = ["gzip", "pigz"],
            When = ["-k", "--keep"],
            Without = NotKeeping,
            Valued = GzipValued,
            Inputs = "all",
            PerInput = "{path}.gz",
        },
        new()
        {
            Commands = ["bzip2", "pbzip2"],
            Without = NotCompressing,
            Inputs = "all",
            PerInput = "{path}.bz2",
            Consumes = true,
        },
        new()
        {
            Commands = ["bzip2", "pbzip2"],
            When = ["-k", "--keep"],
            Without = NotKeeping,
            Inputs = "all",
            PerInput = "{path}.bz2",
        },
        new()
        {
            Commands = ["xz"],
            Without = NotCompressing,
            Valued = GzipValued,
            Inputs = "all",
            PerInput = "{path}.xz",
            Consumes = true,
        },
        new()
        {
            Commands = ["xz"],
            When = ["-k", "--keep"],
            Without = NotKeeping,
            Valued = GzipValued,
            Inputs = "all",
            PerInput = "{path}.xz",
        },
        new()
        {
            Commands = ["gunzip", "bunzip2", "unxz", "gzip", "bzip2", "xz", "pigz", "pbzip2"],
            Without = ["-c", "--stdout", "--to-stdout", "-l", "--list", "-t", "--test", "-k", "--keep"],
            Valued = GzipValued,
            Inputs = "all",
            PerInput = "{dir}/{stem}",
            Consumes = true,
        },
        new()
        {
            Commands = ["gunzip", "bunzip2", "unxz", "gzip", "bzip2", "xz", "pigz", "pbzip2"],
            Without = ["-c", "--stdout", "--to-stdout", "-l", "--list", "-t", "--test"],
            Valued = GzipValued,
            Inputs = "all",
            PerInput = "{dir}/{stem}",
        },
        new()
        {
            Commands = ["gzip", "pigz", "bzip2", "pbzip2", "xz", "gunzip", "bunzip2", "unxz", "zcat", "bzcat", "xzcat"],
            Valued = GzipValued,
            Inputs = "all",
        },
        new()
        {
            Commands = Compilers,
            When = ["-c"],
            Without = ["-E"],
            Clusters = false,
            Valued = CompilerValued,
            InputOptions = CompilerInputs,
            OutputOptions = CompilerOutputs,
            Inputs = "all",
            PerInput = "{stem}.o",
        },
        new()
        {
            Commands = Compilers,
            When = ["-S"],
            Without = ["-E"],
            Clusters = false,
            Valued = CompilerValued,
            InputOptions = CompilerInputs,
            OutputOptions = CompilerOutputs,
            Inputs = "all",
            PerInput = "{stem}.s",
        },
        new()
        {
            Commands = Compilers,
            When = ["-E", "-M", "-MM", "-fsyntax-only"],
            Clusters = false,
            Valued = CompilerValued,
            InputOptions = CompilerInputs,
            OutputOptions = CompilerOutputs,
            Inputs = "all",
        },
        new()
        {
            Commands = Compilers,
            Clusters = false,
            Valued = CompilerValued,
            InputOptions = CompilerInputs,
            OutputOptions = CompilerOutputs,
            Inputs = "all",
            DefaultOutput = "a.out",
        },
        new()
        {
            Commands = ["as"],
            Clusters = false,
            Valued = ["-I", "--defsym"],
            OutputOptions = ["-o", "--MD"],
            Inputs = "all",
            DefaultOutput = "a.out",
        },
        new()
        {
            Commands = ["ld", "ld.*"],
            Clusters = false,
            Valued = ["-L", "--library-path", "-l", "--library", "-m", "-e", "--entry", "-z", "-h", "-soname", "-rpath", "-rpath-link", "-I", "-dynamic-linker", "--dynamic-linker", "-u", "--undefined", "-y", "-Y", "--defsym", "-A", "-a", "-f", "-F", "-G", "-b", "--format", "--oformat", "-plugin", "-plugin-opt"],
            InputOptions = ["-T", "--script", "-R", "--just-symbols", "-c", "--mri-script", "--version-script", "--dynamic-list"],
            OutputOptions = ["-o", "--output", "-Map"],
            Inputs = "all",
            DefaultOutput = "a.out",
        },
        new()
        {
            Commands = ["ar", "gcc-ar", "llvm-ar"],
            When = ["-r", "-q"],
            Bundled = true,
            Inputs = "allButFirst",
            Outputs = "first",
        },
        new()
        {
            Commands = ["ar", "gcc-ar", "llvm-ar"],
            When = ["-x", "-t", "-p"],
            Bundled = true,
            Inputs = "first",
        },
        new()
        {
            Commands = ["ranlib", "strip"],
            Valued = ["-K", "--keep-symbol", "-N", "--strip-symbol", "-R", "--remove-section"],
            OutputOptions = ["-o"],
            Inputs = "all",
            Outputs = "all",
        },
    ];
}
