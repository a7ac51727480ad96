using System.Diagnostics;

namespace NfsTools.Cli.Tests;

/// <summary>What <c>nfstools parse</c> reads from.</summary>
public sealed class ParseTests(SampleLog sample) : IDisposable
{
    private readonly TestDirectory directory = new();

    [Theory]
    [InlineData("cat log | nfstools parse -")]
    [InlineData("cat log | nfstools parse /dev/stdin")]
    [InlineData("nfstools parse /dev/stdin <log")]
    [InlineData("nfstools parse log.gz")]
    public void A_log_is_read_from_standard_input_and_from_a_compressed_file(string command)
    {
        File.Copy(sample.LogPath, directory["log"]);
        File.WriteAllBytes(directory["log.gz"], PackedLog.Gzip(File.ReadAllBytes(sample.LogPath)));

        var (code, output, errors) = Shell(command);

        Assert.Equal(SampleLog.Jobs, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(1, code);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("true | nfstools parse -", "nothing came through it")]
    [InlineData("cat log.gz | nfstools parse -", "is compressed")]
    [InlineData("nfstools parse cut.gz", "cut.gz: it is compressed and cannot be unpacked to its end")]
    public void What_cannot_be_read_to_its_end_is_an_error(string command, string error)
    {
        var packed = PackedLog.Gzip(File.ReadAllBytes(sample.LogPath));
        File.WriteAllBytes(directory["log.gz"], packed);
        File.WriteAllBytes(directory["cut.gz"], packed[..^20]);

        var (code, _, errors) = Shell(command);

        Assert.Equal(3, code);
        Assert.Contains(error, errors, StringComparison.Ordinal);
    }

    public void Dispose() => directory.Dispose();

    private (int Code, string Output, string Errors) Shell(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command.Replace("nfstools ", NfstoolsProgram.Shell + " ", StringComparison.Ordinal)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory[""],
        })!;
        var errors = shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return (shell.ExitCode, output, errors.GetAwaiter().GetResult());
    }
}
