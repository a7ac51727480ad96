using NfsTools.Watching;

namespace NfsTools.Core.Tests.Watching;

/// <summary>Compressed files read as what they hold.</summary>
public sealed class LogFileTests : IDisposable
{
    // "one\ntwo\n" by xz 5.4: a tool that is not on every host.
    private const string Xz = "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAHb25lCnR3bwoAUauer1d1cEkAASAIuxnZux+2830BAAAAAARZWg==";
    private static readonly byte[] Text = [.. Enumerable.Range(0, 30_000).SelectMany(i => System.Text.Encoding.UTF8.GetBytes($"line {i * 7919L % 10007}\n"))];
    private readonly TestDirectory directory = new();

    public static TheoryData<string> Kinds => ["gzip", "zstd", "bzip2"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_compressed_file_is_read_at_any_place_also_where_several_stand_in_one(string kind)
    {
        byte[] twice = [.. Pack(kind, Text), .. Pack(kind, Text)];
        using var file = Open(twice);

        Assert.Equal((true, 2L * Text.Length), (file.IsPacked, file.Size));
        foreach (var offset in new[] { 0, 100_000, Text.Length - 10, 5, (2 * Text.Length) - 3 })
        {
            var buffer = new byte[20];
            byte[] expected = [.. Text.Concat(Text).Skip(offset).Take(20)];
            Assert.Equal(expected, buffer[..file.Read(buffer, offset)]);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_was_read_before_is_read_again_as_a_part_of_what_follows(string kind)
    {
        using var file = Open(Pack(kind, Text));
        var buffer = new byte[Text.Length];
        foreach (var (offset, length) in new[] { (0, 1000), (990, 1000), (1000, 10), (1980, 5000), (1980, 50_000), (51_979, 1), (51_000, Text.Length) })
        {
            byte[] expected = [.. Text.Skip(offset).Take(length)];
            Assert.Equal(expected, buffer[..file.Read(buffer.AsSpan(0, length), offset)]);
        }
    }

    [Fact]
    public void Several_xz_files_in_one_are_read_to_the_last()
    {
        using var file = Open([.. Convert.FromBase64String(Xz), .. Convert.FromBase64String(Xz)]);
        var buffer = new byte[100];

        Assert.Equal("one\ntwo\none\ntwo\n", System.Text.Encoding.UTF8.GetString(buffer, 0, file.Read(buffer, 0)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_is_cut_off_or_damaged_anywhere_is_an_error_and_never_a_shorter_one(string kind)
    {
        var whole = Pack(kind, Text);
        foreach (var length in new[] { whole.Length - 1, whole.Length - 5, whole.Length - 9, whole.Length / 2, whole.Length / 3 })
        {
            using var cut = Open(whole[..length]);
            Assert.Contains(cut.Path, Assert.Throws<DamagedArchiveException>(() => cut.Size).Message, StringComparison.Ordinal);
        }

        whole[whole.Length / 2] ^= 0x55;
        using var damaged = Open(whole);
        Assert.Throws<DamagedArchiveException>(() => damaged.Size);
    }

    public void Dispose() => directory.Dispose();

    private static byte[] Pack(string kind, byte[] bytes) => kind switch { "gzip" => PackedLog.Gzip(bytes), "zstd" => PackedLog.Zstd(bytes), _ => PackedLog.Bzip2(bytes) };

    private LogFile Open(byte[] bytes)
    {
        File.WriteAllBytes(directory["log"], bytes);
        return LogFile.TryOpen(directory["log"])!;
    }
}
