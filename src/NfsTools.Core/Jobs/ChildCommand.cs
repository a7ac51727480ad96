using System.Collections;
using System.Runtime.InteropServices;
using NfsTools.Interop;

namespace NfsTools.Jobs;

/// <summary>A command to run. No shell reads it: each argument arrives as it is written here.</summary>
public sealed record ChildCommand
{
    /// <summary>The program; searched in PATH where it has no slash.</summary>
    public required string FileName { get; init; }

    /// <summary>Its arguments, without its name.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The directory it starts in; null for this process's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables of its environment that differ from the inherited one; a variable with the value null is left out.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Begin with this process's environment, as its kernel has it; otherwise with an empty one.</summary>
    public bool InheritEnvironment { get; init; } = true;

    /// <summary>What it has as its standard streams, by their numbers, instead of this process's; the handles stay the caller's.</summary>
    public IReadOnlyDictionary<int, SafeHandle> Streams { get; init; } = new Dictionary<int, SafeHandle>();

    /// <summary>The command as text, for people: words that a shell would not take as they are stand in quotes.</summary>
    public string Text => string.Join(' ', new[] { FileName }.Concat(Arguments).Select(Quote));

    /// <summary>
    /// The last arguments that this process was started with. Unlike those of Main they keep bytes that are no UTF-8, as lone
    /// surrogates, which the command gets as the bytes they were.
    /// </summary>
    /// <param name="count">How many.</param>
    public static IReadOnlyList<string> LastOfThisProcess(int count)
    {
        var line = File.ReadAllBytes("/proc/self/cmdline").AsSpan();
        var words = new List<string>();
        for (int end; (end = line.IndexOf((byte)0)) >= 0; line = line[(end + 1)..])
        {
            words.Add(NativeText.Decode(line[..end]));
        }

        return words[^count..];
    }

    /// <summary>
    /// The variables as they are set in this process now: a session of PowerShell sets them where the kernel, and what is inherited from it, does
    /// not know of it.
    /// </summary>
    public static Dictionary<string, string?> SessionEnvironment() =>
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string?)v.Value);

    /// <summary>A word as a shell takes it.</summary>
    internal static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+,:@%=".Contains(c, StringComparison.Ordinal)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Whether the program is there and may be executed.</summary>
    public bool CanStart() => SpawnedProcess.CanStart(FileName, WorkingDirectory, InheritEnvironment && Environment.Count == 0 ? null : Variables());

    internal SpawnedProcess Start() => SpawnedProcess.Start(FileName, Arguments, WorkingDirectory, Environment.Count == 0 && InheritEnvironment ? null : Variables(), Streams);

    private unsafe List<byte[]> Variables()
    {
        var variables = new List<byte[]>();
        for (var inherited = Libc.Environment(); InheritEnvironment && *inherited != null; inherited++)
        {
            var text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*inherited);
            if (!Environment.ContainsKey(NativeText.Decode(text[..Math.Max(0, text.IndexOf((byte)'='))])))
            {
                variables.Add([.. text, 0]);
            }
        }

        foreach (var (name, value) in Environment)
        {
            if (value is not null)
            {
                variables.Add(NativeText.Encode($"{name}={value}"));
            }
        }

        return variables;
    }
}
