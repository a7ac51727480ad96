using System.Text;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <summary>Logs of which anything may be changed.</summary>
public abstract partial class FormatContractTests
{
    private const int RecordsPerLog = 50;

    [Fact]
    [Trait("Suite", "Long")]
    public void Every_byte_of_a_mutated_log_is_a_record_a_reject_or_filler()
    {
        var random = new Random(Suite.Seed(41));
        foreach (var log in Mutated(random, Suite.Count("NFSTOOLS_FUZZ_RECORDS", 20_000)))
        {
            var sample = make(0);
            var reader = new RecordReader(new RecordParser(RecordFormats.Get(sample.Format), new LogSettings(sample.TimeZone)).Begin(log));
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
    [MemberData(nameof(Stores))]
    [Trait("Suite", "Long")]
    public void A_mutated_log_is_stored_whole(StoreKind kind)
    {
        var random = new Random(Suite.Seed(43));
        using var bed = new ContractBed(kind, make(13));
        bed.Log.Append(1);
        var archive = 1000;
        foreach (var log in Mutated(random, Suite.Count("NFSTOOLS_FUZZ_RECORDS", 20_000) / 20))
        {
            File.WriteAllBytes($"{bed.Log.Growing}.{archive--}", log);
        }

        bed.Collect();

        var verification = bed.Store.Verify();
        Assert.True(verification.Differences.Count == 0, string.Join("\n", verification.Differences));
        Assert.Equal(verification.Bytes, verification.RecordBytes + verification.RejectBytes + verification.FillerBytes);
        Assert.Equal(Enumerable.Range(archive + 1, 1000 - archive).Sum(n => new FileInfo($"{bed.Log.Growing}.{n}").Length) + new FileInfo(bed.Log.Growing).Length, verification.Bytes);
        bed.Rebuild();
        Assert.Empty(bed.Store.Verify().Differences);
    }

    private IEnumerable<byte[]> Mutated(Random random, int records)
    {
        var sample = make(random.Next());
        for (var made = 0; made < records; made += RecordsPerLog)
        {
            yield return [.. sample.Begin(), .. sample.NextJob().Bytes, .. Enumerable.Range(1, RecordsPerLog - 1).SelectMany(_ => Mutate(random, sample))];
        }
    }

    private static List<byte> Mutate(Random random, FormatSample sample)
    {
        var bytes = sample.Next().Bytes.ToList();
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
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(sample.Insertions[random.Next(sample.Insertions.Count)]));
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
