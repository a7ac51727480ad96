using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Core.Tests.Watching;

/// <summary>Changes that wait for a later look, until the other half of a rename is found or not.</summary>
public sealed class RenamesTests : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly ChangeLedger ledger;
    private readonly WatchedDirectory root;

    public RenamesTests()
    {
        var tree = new WatchedTree(directory[""].TrimEnd('/'), new WatchedNames("*", Recurse: true), new WatchOptions { Paths = [] }, TimeProvider.System, FileSystemLocator.Locate(directory[""]));
        ledger = new ChangeLedger(tree, new WatchOptions { Paths = [] }, TimeProvider.System);
        root = tree.Enter(tree.Root, tree.Names);
    }

    [Fact]
    public void A_name_that_got_another_file_before_the_first_one_was_found_is_told_in_the_order_of_what_happened()
    {
        Look(("a", 1));
        Told();

        Look(("a", null));
        Look(("a", 2));
        Look(("b", 1));

        Assert.Equal(["Replaced a", "Created b"], Told());
    }

    [Fact]
    public void A_new_name_that_was_found_before_the_old_one_was_missed_is_one_rename()
    {
        Look(("a", 1));
        Told();

        Look(("b", 1));
        Look(("a", null));

        Assert.Equal(["Renamed b <- a"], Told());
    }

    [Fact]
    public void An_old_name_that_had_another_file_meanwhile_is_no_half_of_a_rename_before_that()
    {
        Look(("a", 1));
        Told();

        Look(("b", 2));
        Look(("a", 2));
        Look(("a", null));

        Assert.Equal(["Created b", "Replaced a", "Deleted a"], Told());
    }

    public void Dispose() => directory.Dispose();

    private void Look(params (string Name, ulong? Inode)[] seen)
    {
        ledger.Note(
            [new DirectoryLook(root, Whole: false, null, Settled: false, [.. seen.Select(s => (s.Name, s.Inode is { } inode ? File(inode) : (FileStatus?)null))])],
            0, (_, _) => false, (_, _) => (FileEventOrigin.Remote, "look"));
        Renames.Pair([ledger]);
    }

    private static FileStatus File(ulong inode) => new(1, inode, 0x81A4, 1, 1, 1);

    private List<string> Told() => [.. ledger.Take(_ => true, [], []).Select(e => $"{e.Kind} {Path.GetFileName(e.Path)}{(e.OldPath is { } old ? $" <- {Path.GetFileName(old)}" : "")}")];
}
