using System.Reflection;
using NetArchTest.Rules;
using NfsTools.Accounting.Store;

namespace NfsTools.Cli.Tests;

/// <summary>The arrows of docs/architecture.md: which part of the house may use which.</summary>
public class ArchitectureTests
{
    private static readonly Assembly Core = typeof(NfsToolsException).Assembly;
    private static readonly Assembly Accounting = typeof(AccountingStore).Assembly;
    private static readonly Assembly Cli = typeof(NfsTools.Cli.Tool).Assembly;

    // Each part may use those it names, which stand above it: so there is no cycle.
    private static readonly (Assembly Assembly, string Part, string[] Uses)[] Parts =
    [
        (Core, "NfsTools.Interop", []),
        (Core, "NfsTools.FileSystems", ["NfsTools.Interop"]),
        (Core, "NfsTools.Stamps", ["NfsTools.FileSystems", "NfsTools.Interop"]),
        (Core, "NfsTools.Coordination", ["NfsTools.FileSystems", "NfsTools.Interop"]),
        (Core, "NfsTools.Yaml", ["NfsTools.Interop"]),
        (Core, "NfsTools.Watching", ["NfsTools.Stamps", "NfsTools.Coordination", "NfsTools.FileSystems", "NfsTools.Interop"]),
        (Core, "NfsTools.Jobs", ["NfsTools.Stamps", "NfsTools.Coordination", "NfsTools.Yaml", "NfsTools.FileSystems", "NfsTools.Interop"]),
        (Accounting, "NfsTools.Accounting.Model", []),
        (Accounting, "NfsTools.Accounting.Formats", ["NfsTools.Accounting.Model"]),
        (Accounting, "NfsTools.Accounting.Sources", ["NfsTools.Accounting.Model", "NfsTools.Accounting.Formats"]),
        (Accounting, "NfsTools.Accounting.Store", ["NfsTools.Accounting.Model", "NfsTools.Accounting.Formats"]),
        (Accounting, "NfsTools.Accounting.Collecting", ["NfsTools.Accounting.Model", "NfsTools.Accounting.Formats", "NfsTools.Accounting.Sources", "NfsTools.Accounting.Store"]),
        (Accounting, "NfsTools.Accounting.Reports", ["NfsTools.Accounting.Model", "NfsTools.Accounting.Store"]),
    ];

    public static TheoryData<string> Names => [.. Parts.Select(p => p.Part)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_part_uses_only_parts_that_stand_before_it(string name)
    {
        var (assembly, part, uses) = Parts.Single(p => p.Part == name);
        Assert.All(uses, used => Assert.True(Array.FindIndex(Parts, p => p.Part == used) < Array.FindIndex(Parts, p => p.Part == part)));
        string[] others = [.. Parts.Where(p => p.Assembly == assembly && p.Part != part && !uses.Contains(p.Part)).Select(p => p.Part)];
        var inside = Types.InAssembly(assembly).That().ResideInNamespaceStartingWith(part);
        Assert.NotEmpty(inside.GetTypes());
        Assert.Empty(inside.ShouldNot().HaveDependencyOnAny(others).GetResult().FailingTypeNames ?? []);
    }

    [Fact]
    public void Every_type_of_the_libraries_is_in_a_part_or_serves_all_of_the_core()
    {
        string[] strays = [.. Types.InAssemblies([Core, Accounting]).GetTypes()
            .Where(t => t is { Namespace: { } space, IsNested: false } && space.StartsWith("NfsTools", StringComparison.Ordinal) && !Parts.Any(p => $"{space}.".StartsWith($"{p.Part}.", StringComparison.Ordinal)))
            .Select(t => t.FullName!)];
        Assert.All(strays, name => Assert.Single(name.Skip("NfsTools".Length), c => c == '.'));
    }

    [Fact]
    public void What_serves_all_of_the_core_uses_the_interop_alone() =>
        Assert.Empty(Types.InAssembly(Core).That().ResideInNamespaceMatching("^NfsTools$")
            .ShouldNot().HaveDependencyOnAny([.. Parts.Where(p => p.Assembly == Core && p.Part != "NfsTools.Interop").Select(p => p.Part)]).GetResult().FailingTypeNames ?? []);

    [Fact]
    public void The_core_knows_no_accounting_and_the_libraries_know_no_front_end()
    {
        Assert.DoesNotContain(Core.GetReferencedAssemblies(), a => a.Name is "NfsTools.Accounting" or "Npgsql");
        Assert.DoesNotContain(Accounting.GetReferencedAssemblies().Concat(Core.GetReferencedAssemblies()), a => a.Name is "System.CommandLine" or "Spectre.Console" or "System.Management.Automation");
        Assert.DoesNotContain(Cli.GetReferencedAssemblies(), a => a.Name is "Npgsql" or "Microsoft.Data.Sqlite");
    }

    [Fact]
    public void The_libraries_write_to_no_console()
    {
        var inside = Types.InAssemblies([Core, Accounting]);
        Assert.Empty(inside.ShouldNot().HaveDependencyOn("System.Console").GetResult().FailingTypeNames ?? []);
    }
}
