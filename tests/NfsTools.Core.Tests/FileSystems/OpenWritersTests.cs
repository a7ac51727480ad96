using NfsTools.FileSystems;

namespace NfsTools.Core.Tests.FileSystems;

public sealed class OpenWritersTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData(FileAccess.Write, true)]
    [InlineData(FileAccess.ReadWrite, true)]
    [InlineData(FileAccess.Read, false)]
    public void A_file_open_for_writing_has_a_writer(FileAccess access, bool expected)
    {
        File.WriteAllText(directory["file"], "");
        using var open = new FileStream(directory["file"], FileMode.Open, access, FileShare.ReadWrite);

        var writers = OpenWriters.Of(new HashSet<string> { directory["file"], directory["other"] });

        Assert.Equal(expected ? [new(directory["file"], Environment.ProcessId)] : [], writers);
    }

    [Fact]
    public void A_writer_is_found_behind_a_reader_of_the_same_file()
    {
        File.WriteAllText(directory["file"], "");
        using var one = new FileStream(directory["file"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var two = new FileStream(directory["file"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        using var three = new FileStream(directory["file"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

        Assert.Equal(Environment.ProcessId, OpenWriters.Of(new HashSet<string> { directory["file"] })[directory["file"]]);
    }
}
