using System.Text.Json;
using NfsTools.Jobs;

namespace NfsTools.Core.Tests.Jobs;

public sealed class CapsulesTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public CapsulesTests() => Directory.CreateDirectory(directory["dir"]);

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("cp a b", "a", "b")]
    [InlineData("/usr/bin/cp -rpS .bak -- a -b", "a", "-b")]
    [InlineData("cp a b dir", "a b", "dir/a dir/b")]
    [InlineData("cp x/a dir/", "x/a", "dir/a")]
    [InlineData("cp -t dir a b", "a b", "dir/a dir/b")]
    [InlineData("cp --target-directory=dir a", "a", "dir/a")]
    [InlineData("cp -vtdir a", "a", "dir/a")]
    [InlineData("mv a b", "a", "b", "a")]
    [InlineData("ln a b", "a", "b")]
    [InlineData("ln -sf a b", "", "b")]
    [InlineData("install -m 755 a b", "a", "b")]
    [InlineData("install -d new", "", "new")]
    [InlineData("cat a - b", "a b", "")]
    [InlineData("sort -k 2 -o out a b", "a b", "out")]
    [InlineData("sort -k2 -t, a", "a", "")]
    [InlineData("tar cf x.tar a dir", "a dir", "x.tar")]
    [InlineData("tar -czf x.tgz a", "a", "x.tgz")]
    [InlineData("tar --create --file=x.tar -C dir a", "dir/a", "x.tar")]
    [InlineData("tar cfC x.tar dir a", "dir/a", "x.tar")]
    [InlineData("tar xzf x.tgz -C dir", "x.tgz", "")]
    [InlineData("gzip -9 a b", "a b", "a.gz b.gz", "a b")]
    [InlineData("gzip -k a", "a", "a.gz")]
    [InlineData("gzip -c a", "a", "")]
    [InlineData("gzip -d dir/a.gz", "dir/a.gz", "dir/a", "dir/a.gz")]
    [InlineData("gunzip -k a.gz", "a.gz", "a")]
    [InlineData("xz a", "a", "a.xz", "a")]
    [InlineData("gcc a.c b.o", "a.c b.o", "a.out")]
    [InlineData("gcc-12 -O2 -Wall -I include -lm -o app a.c -DX=1", "a.c", "app")]
    [InlineData("g++ -std=c++20 -fno-common -c src/a.cc", "src/a.cc", "a.o")]
    [InlineData("gcc -c -oa.o a.c -MD -MF a.d", "a.c", "a.o a.d")]
    [InlineData("cc -S a.c", "a.c", "a.s")]
    [InlineData("gcc -E a.c", "a.c", "")]
    [InlineData("ld -T script -o app a.o -lc", "a.o script", "app")]
    [InlineData("as a.s", "a.s", "a.out")]
    [InlineData("ar rcs lib.a a.o b.o", "a.o b.o", "lib.a")]
    [InlineData("ar -t lib.a", "lib.a", "")]
    [InlineData("strip app", "app", "app")]
    [InlineData("strip -o small app", "app", "small")]
    [InlineData("cp a dir/. dir", "a dir", "dir/a dir")]
    [InlineData("cp --targ=dir a", "a", "dir/a")]
    [InlineData("cp -T a dir", "a", "dir")]
    [InlineData("cp --vers a b", "", "")]
    [InlineData("ln -s x/y", "", "y")]
    [InlineData("ln -st dir x y", "", "dir/x dir/y")]
    [InlineData("tar -C dir -cf x.tar a", "dir/a", "x.tar")]
    [InlineData("zip out a", "a", "out.zip")]
    [InlineData("gzip -dk dir/a.tgz", "dir/a.tgz", "dir/a.tar")]
    [InlineData("gcc -c a.c b.o libx.a -lm", "a.c b.o libx.a", "a.o")]
    [InlineData("gcc -c -S a.c", "a.c", "a.s")]
    [InlineData("gcc -print-file-name=libc.a a.c", "", "")]
    [InlineData("gcc -L lib -T nowhere.ld a.o", "a.o", "a.out")]
    [InlineData("ar dN 1 lib.a a.o", null, null)]
    [InlineData("gcc-ar rb a.o lib.a b.o", "b.o", "lib.a")]
    [InlineData("ld --Map=m -o app a.o", "a.o", "app m")]
    [InlineData("ld -v", "", "")]
    [InlineData("cmp a b 10 20", "a b", "")]
    [InlineData("unknown a b", null, null)]
    public void A_commands_files_are_known(string line, string? inputs, string? outputs, string consumed = "")
    {
        var words = line.Split(' ');

        var files = new Capsules().FilesOf(new ChildCommand { FileName = words[0], Arguments = words[1..], WorkingDirectory = directory["."] });

        Assert.Equal(
            (Absolute(inputs), Absolute(outputs), Absolute(inputs is null ? null : consumed)),
            files is null ? (null, null, null) : (Text(files.Inputs), Text(files.Outputs), Text(files.Consumed)));
    }

    [Fact]
    public void A_table_of_ones_own_comes_before_the_shipped_one()
    {
        File.WriteAllText(directory["mine.yaml"], "capsules:\n  - commands: [simulate, cp]\n    inputs: first\n    perInput: '{dir}/{stem}.out'\n");
        var capsules = new Capsules(directory["mine.yaml"]);

        Assert.Equal("/w/run.out", Text(capsules.FilesOf(new() { FileName = "./simulate", Arguments = ["run.cfg", "x"], WorkingDirectory = "/w" })!.Outputs));
        Assert.Equal("/w/a.out", Text(capsules.FilesOf(new() { FileName = "cp", Arguments = ["a", "b"], WorkingDirectory = "/w" })!.Outputs));
        Assert.Equal("/w/b", Text(capsules.FilesOf(new() { FileName = "mv", Arguments = ["a", "b"], WorkingDirectory = "/w" })!.Outputs));
    }

    [Theory]
    [InlineData("capsules:\n  - inputs: all\n", ":2:5: the key \"commands\" is missing")]
    [InlineData("capsules:\n  - commands: x\n    inputs: some\n", ":3:13: inputs: \"some\" is none of none, all, first, last")]
    [InlineData("capsules:\n  - commands: x\n    valued: [o]\n", ":3:13: valued: \"o\" is no option, or is named twice")]
    [InlineData("capsules:\n  - commands: [x, {}]\n", ":2:19: commands: expected a text, found a mapping")]
    [InlineData("capsules:\n  - command: x\n", ":2:5: unknown key \"command\"")]
    [InlineData("capsules: x\n", ":1:11: capsules: expected a list")]
    public void What_is_wrong_with_a_table_is_told_with_its_place(string text, string expected)
    {
        File.WriteAllText(directory["bad.yaml"], text);

        var error = Assert.Throws<NfsToolsException>(() => new Capsules(directory["bad.yaml"]));

        Assert.StartsWith(directory["bad.yaml"] + expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shipped_table_is_printed_as_a_table_of_ones_own()
    {
        File.WriteAllText(directory["shipped.yaml"], Capsules.ReadShipped());

        var read = Capsules.Read(directory["shipped.yaml"]).ToList();

        Assert.Equal(ShippedCapsules.All.Count(), read.Count);
        Assert.Equal(ShippedCapsules.All.Select(Text), read.Select(Text));

        static string Text(Capsule capsule) => JsonSerializer.Serialize(capsule);
    }

    private string? Absolute(string? names) => names is null ? null : Text(names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => directory[n]));

    private static string Text(IEnumerable<string> paths) => string.Join(' ', paths);
}
