using System.Diagnostics;
using System.Reflection;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests;

/// <summary>The libraries as packages: a program that knows nothing of the checkout uses them. The samples are such programs.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly TestDirectory directory = new();

    [Fact]
    [Trait("Suite", "Long")]
    public async Task A_program_made_with_the_packages_alone_reads_a_log_and_watches_a_file()
    {
        foreach (var library in new[] { "NfsTools.Core", "NfsTools.Accounting" })
        {
            await Dotnet("pack", Path.Combine(Metadata("Repository"), "src", library), "--no-build", "--configuration", Metadata("Configuration"), "--output", directory["packages"], "--nologo");
        }

        var generator = new LsfLogGenerator(3, new LsfGeneratorOptions { Users = 2 });
        var records = Enumerable.Range(0, 50).Select(_ => generator.Next()).ToList();
        await File.WriteAllBytesAsync(directory["lsb.acct"], [.. records.SelectMany(r => r.Bytes), .. "damaged\n"u8], TestContext.Current.CancellationToken);

        using var jobs = Process.Start(await Build("jobs", directory["lsb.acct"]))!;
        var rejects = jobs.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var lines = (await jobs.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            records.GroupBy(r => r.User).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key}: {g.Count()} jobs,"),
            lines.Select(l => l[..(l.IndexOf(',', StringComparison.Ordinal) + 1)]));
        Assert.StartsWith($"byte {records.Sum(r => r.Bytes.Length)}: ", await rejects, StringComparison.Ordinal);

        Directory.CreateDirectory(directory["inbox"]);
        using var watch = Process.Start(await Build("watch", directory["inbox"]))!;
        try
        {
            var told = watch.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();

            // Until the watch is on, nothing is told.
            for (var i = 0; await Task.WhenAny(told, Task.Delay(50, TestContext.Current.CancellationToken)) != told; i++)
            {
                await File.WriteAllTextAsync(directory[$"inbox/{i}"], "x", TestContext.Current.CancellationToken);
            }

            Assert.Matches($"^[0-9:]{{8}} Local Created {directory["inbox"]}/[0-9]+ [01]$", await told);
            await Run("/bin/sh", "-c", $"kill -INT {watch.Id}");
            await watch.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await watch.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, watch.ExitCode);
        }
        finally
        {
            watch.Kill();
        }
    }

    public void Dispose() => directory.Dispose();

    private static string Metadata(string key) =>
        typeof(PackageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    /// <summary>
    /// Builds a sample in a place of its own: the two libraries come from the packages made here, and what those need from where NuGet has
    /// unpacked it to build this checkout.
    /// </summary>
    private async Task<ProcessStartInfo> Build(string sample, params string[] arguments)
    {
        File.Copy(Path.Combine(Metadata("Repository"), "samples", $"{sample}.cs"), directory[$"{sample}.cs"]);
        await Dotnet("build", directory[$"{sample}.cs"], "--output", directory[sample], "--nologo", "-p:UseSharedCompilation=false",
            $"-p:RestoreSources={directory["packages"]}", $"-p:RestorePackagesPath={directory["unpacked"]}", $"-p:RestoreFallbackFolders={Metadata("Unpacked")}");
        return new ProcessStartInfo(Path.Combine(directory[sample], sample), arguments) { RedirectStandardOutput = true, RedirectStandardError = sample == "jobs" };
    }

    private static Task Dotnet(params string[] arguments) => Run("dotnet", arguments);

    private static async Task Run(string program, params string[] arguments)
    {
        // Nothing that the build starts goes on after it.
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["MSBUILDDISABLENODEREUSE"] = "1" } };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}:\n{output}{await errors}");
    }
}
