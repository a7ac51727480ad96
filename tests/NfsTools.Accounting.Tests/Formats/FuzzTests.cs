using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Formats;

/// <summary>NFSTOOLS_FUZZ_RECORDS says how many records are mutated.</summary>
[Trait("Suite", "Long")]
public sealed class FuzzTests
{
    private const int RecordsPerLog = 50;

    private static readonly byte[][] Insertions =
        [.. new[] { "\"", "\"\"", "\n", "\0", "\0\0\0\0", "!\n ", " ", "\\", "# ", "\"JOB_FINISH\" \"", "99999999999999999999", "-", "\r", "\t", "é", "\"JOB_RESIZE\"" }.Select(System.Text.Encoding.UTF8.GetBytes)];

    [Fact]
    public void Every_byte_of_a_mutated_log_is_a_record_a_reject_or_filler()
    {
        var random = new Random(Suite.Seed(41));
        foreach (var log in MutatedLogs(random, Suite.Count("NFSTOOLS_FUZZ_RECORDS", 20_000)))
        {
            var reader = new RecordReader(new RecordParser(RecordFormats.Get("lsf")));
            var units = new List<RecordUnit>();
            var at = 0;

            // In two pieces, cut anywhere: the first may leave a rest, the second must not.
            var cut = random.Next(log.Length);
            foreach (var (end, final) in new[] { (cut, false), (log.Length, true) })
            {
                var piece = new List<RecordUnit>();
                var used = reader.Read(log.AsMemory(at, end - at), final, acceptNuls: final, piece);
                units.AddRange(piece.Select(u => u with { Offset = u.Offset + at }));
                at += used;
            }

            var reached = 0;
            foreach (var unit in units)
            {
                Assert.Equal(reached, unit.Offset);
                Assert.True(unit.Length > 0);
                Assert.True(unit.Kind == UnitKind.Filler || (unit.Record is null) != (unit.Reason is null));
                reached += unit.Length;
            }

            Assert.Equal(log.Length, reached);
        }
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql, Traits = ["Store", "PostgreSQL"])]
    public void A_mutated_log_is_stored_whole(StoreKind kind)
    {
        var random = new Random(Suite.Seed(43));
        using var bed = new CollectorBed(kind);
        var archive = 1000;
        foreach (var log in MutatedLogs(random, Suite.Count("NFSTOOLS_FUZZ_RECORDS", 20_000) / 20))
        {
            File.WriteAllBytes(bed.Archive(archive--), log);
        }

        File.WriteAllBytes(bed.Live, new LsfLogGenerator(1, new LsfGeneratorOptions()).Next().Bytes);
        bed.Collect();

        var verification = bed.Store.Verify();
        Assert.True(verification.Differences.Count == 0, string.Join("\n", verification.Differences));
        Assert.Equal(verification.Bytes, verification.RecordBytes + verification.RejectBytes + verification.FillerBytes);
        Assert.Equal(Enumerable.Range(archive + 1, 1000 - archive).Sum(n => new FileInfo(bed.Archive(n)).Length) + new FileInfo(bed.Live).Length, verification.Bytes);
    }

    private static IEnumerable<byte[]> MutatedLogs(Random random, int records)
    {
        var generator = new LsfLogGenerator(random.Next(), new LsfGeneratorOptions
        {
            Versions = ["5.1", "7.06", "9.11", "10.1", "10.108", "40"],
            QuirkRate = 0.2,
            DefectRate = 0.05,
            FillerRate = 0.05,
            OtherRate = 0.05,
        });
        for (var made = 0; made < records; made += RecordsPerLog)
        {
            var first = generator.Next().Bytes;
            yield return [.. first, .. Enumerable.Range(1, RecordsPerLog - 1).SelectMany(_ => Mutate(random, generator.Next().Bytes))];
        }
    }

    private static List<byte> Mutate(Random random, byte[] record)
    {
        var bytes = record.ToList();
        for (var mutations = random.Next(4); mutations > 0 && bytes.Count > 0; mutations--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 80), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, Insertions[random.Next(Insertions.Length)]);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(0, Math.Min(at, 100)));
                    break;
                case 4:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    bytes.RemoveAt(bytes.Count - 1);
                    break;
            }
        }

        return bytes;
    }
}
