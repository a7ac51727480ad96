using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace NfsTools.Testing;

/// <summary>The command <c>nfstools</c> as a user runs it: a process of its own, with pipes for its output.</summary>
public sealed class NfstoolsProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Process process;
    private readonly Task<string> errors;

    private NfstoolsProcess(IEnumerable<string> arguments, string? workingDirectory, params IEnumerable<(string Name, string Value)> environment)
        : this([], arguments, workingDirectory, environment)
    {
    }

    private NfstoolsProcess(string[] launcher, IEnumerable<string> arguments, string? workingDirectory, IEnumerable<(string Name, string Value)> environment)
    {
        string[] words = [.. launcher, .. NfstoolsProgram.Words, .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        process.StandardInput.Close();
        errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    public StreamReader Output => process.StandardOutput;

    public bool HasEnded => process.HasExited;

    public int Id => process.Id;

    /// <summary>Whether it has made an instance of inotify.</summary>
    public bool HasInotify => Directory.EnumerateFiles($"/proc/{process.Id}/fd").Any(fd => new FileInfo(fd).LinkTarget == "anon_inode:inotify");

    /// <summary>Whether it has a handler for SIGTERM by now (proc(5), SigCgt).</summary>
    public bool CatchesSignals => File.ReadLines($"/proc/{process.Id}/status").Any(line =>
        line.StartsWith("SigCgt:", StringComparison.Ordinal) && (ulong.Parse(line.AsSpan("SigCgt:\t".Length), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1 << (15 - 1))) != 0);

    /// <summary>Runs a command to its end.</summary>
    public static Outcome Run(params string[] arguments) => RunIn(null, arguments);

    /// <summary>Runs a command to its end in a directory.</summary>
    public static Outcome RunIn(string? directory, params string[] arguments)
    {
        using var run = new NfstoolsProcess(arguments, directory);
        var output = run.Output.ReadToEnd();
        return run.End(output);
    }

    /// <summary>Runs a command that must end well, and reads its output as JSON.</summary>
    public static JsonElement Json(params string[] arguments)
    {
        var outcome = Run(arguments);
        Assert.Equal(("", 0), (outcome.Errors, outcome.Code));
        return JsonDocument.Parse(outcome.Output).RootElement;
    }

    /// <summary>Starts a command that goes on.</summary>
    public static NfstoolsProcess Start(params string[] arguments) => new(arguments, null);

    /// <summary>Starts a command that goes on, in a session of its own and so without a terminal.</summary>
    public static NfstoolsProcess StartWithoutTerminal(params string[] arguments) => new(["setsid"], arguments, null, []);

    /// <summary>Starts a command that goes on, whose errors come with its output.</summary>
    public static NfstoolsProcess StartWithErrors(params string[] arguments) => new(["/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"], arguments, null, []);

    /// <summary>Starts a command that goes on, with variables in its environment.</summary>
    public static NfstoolsProcess StartWith(IEnumerable<(string Name, string Value)> environment, params string[] arguments) => new(arguments, null, environment);

    /// <summary>Reads lines until one holds the text.</summary>
    public string ReadUntil(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (Output.ReadLineAsync(patience.Token).AsTask().GetAwaiter().GetResult() is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"The output ended before \"{text}\": {errors.GetAwaiter().GetResult()}");
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end, with the output that was not read yet.</summary>
    public Outcome End(string? output = null)
    {
        // Read meanwhile: with a full pipe it would not end.
        var rest = output is null ? Output.ReadToEndAsync() : Task.FromResult(output);
        Assert.True(process.WaitForExit(Patience), "nfstools does not end.");
        return new Outcome(process.ExitCode, rest.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    /// <summary>What a command left.</summary>
    public sealed record Outcome(int Code, string Output, string Errors)
    {
        public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
