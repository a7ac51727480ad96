using NfsTools.FileSystems;
using NfsTools.Interop;

namespace NfsTools.Jobs;

/// <summary>Tells what has no content that stays: what is read or written there cannot be compared with anything.</summary>
internal static class PassingPath
{
    private static readonly string[] Open = ["/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr"];
    private static readonly string[] Kernels = ["/proc", "/sys"];

    /// <summary>What it is, in words; null where it can be compared.</summary>
    /// <param name="path">The path, absolute.</param>
    /// <param name="status">What is there; null for nothing.</param>
    public static string? KindOf(string path, FileStatus? status) =>
        Array.Exists(Open, o => FilePath.IsBelow(path, o)) ? "what a process has open"
        : Array.Exists(Kernels, k => FilePath.IsBelow(path, k)) ? "what the kernel makes at each look"
        : status is { IsPassing: true } passing ? passing.Kind
        : null;
}
