namespace NfsTools.PowerShell.Tests;

/// <summary>Each suite of tests/pester is a test: all of its cases pass in the pinned PowerShell, against the built module.</summary>
public sealed class PesterTests(BuiltModule module)
{
    public static TheoryData<string> Suites =>
        new(Directory.EnumerateFiles(Path.Combine(BuiltModule.Repository, "tests", "pester"), "*.Tests.ps1").Select(Path.GetFileName).Order(StringComparer.Ordinal)!);

    [Theory]
    [MemberData(nameof(Suites))]
    public void Passes(string suite)
    {
        var report = module.Report(suite);

        Assert.True(report.Failures.Count == 0, string.Join("\n\n", report.Failures));
        Assert.NotEqual(0, report.Passed);
        TestContext.Current.TestOutputHelper!.WriteLine($"{report.Passed} passed");
    }
}
