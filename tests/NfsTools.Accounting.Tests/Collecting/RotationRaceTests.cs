using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Sources;
using NfsTools.TestKit;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>A rotation goes on while a collector looks, at each moment at which that asks for the time.</summary>
public abstract class RotationRaceTests(StoreKind kind)
{
    [Theory]
    [InlineData(LogRotation.CopyTruncate)]
    [InlineData(LogRotation.CopyUnlinkRenumber)]
    [InlineData(LogRotation.Rename)]
    public void A_rotation_that_ends_while_one_looks_makes_no_second_generation_of_a_file(LogRotation how)
    {
        var generator = new LsfLogGenerator(22, new LsfGeneratorOptions());
        for (var (moment, passed) = (1, true); passed; moment++)
        {
            using var bed = new CollectorBed(kind);
            var records = Enumerable.Range(0, 9).Select(_ => generator.Next()).ToList();
            File.WriteAllBytes(bed.Archive(1), records[0].Bytes);
            File.WriteAllBytes(bed.Live, Bytes(records[1..5]));
            bed.Collect();
            File.AppendAllBytes(bed.Live, Bytes(records[5..7]));
            var whole = File.ReadAllBytes(bed.Live);
            if (how != LogRotation.Rename)
            {
                MakeRoom(bed);
                File.WriteAllBytes(bed.Archive(how == LogRotation.CopyTruncate ? 1 : 0), whole[..(records[1].Bytes.Length + 1)]);
            }

            var time = new Meanwhile(moment, () =>
            {
                EndRotation(bed, how, whole);
                File.AppendAllBytes(bed.Live, records[7].Bytes);
            });
            new Collector(bed.Store, new CollectorOptions { Sources = [new CollectorSource(bed.Live)], Once = true, NulPatience = TimeSpan.FromDays(1) }, time: time)
                .Run(TestContext.Current.CancellationToken);
            passed = time.Passed;
            time.Finish();
            File.AppendAllBytes(bed.Live, records[8].Bytes);
            bed.Collect();

            bed.AssertHolds(records);
            bed.AssertKeepsFiles();
            Assert.Equal(3, bed.Store.Verify().Generations);
        }
    }

    private static void MakeRoom(CollectorBed bed) => File.Move(bed.Archive(1), bed.Archive(2));

    private static void EndRotation(CollectorBed bed, LogRotation how, byte[] whole)
    {
        switch (how)
        {
            case LogRotation.CopyTruncate:
                Complete(bed.Archive(1), whole);
                using (var live = File.OpenWrite(bed.Live))
                {
                    live.SetLength(0);
                }

                break;
            case LogRotation.CopyUnlinkRenumber:
                Complete(bed.Archive(0), whole);
                File.Delete(bed.Live);
                File.WriteAllBytes(bed.Live, []);
                File.Move(bed.Archive(0), bed.Archive(1));
                break;
            default:
                MakeRoom(bed);
                File.Move(bed.Live, bed.Archive(1));
                File.WriteAllBytes(bed.Live, []);
                break;
        }
    }

    private static void Complete(string copy, byte[] whole) => File.AppendAllBytes(copy, whole[(int)new FileInfo(copy).Length..]);

    private static byte[] Bytes(IEnumerable<GeneratedRecord> records) => [.. records.SelectMany(r => r.Bytes)];

    /// <summary>A clock that lets something happen when it is read for the nth time.</summary>
    private sealed class Meanwhile(int moment, Action action) : TimeProvider
    {
        private int reads;

        /// <summary>Whether it was read as often.</summary>
        public bool Passed => reads >= moment;

        public override long TimestampFrequency
        {
            get
            {
                Count();
                return base.TimestampFrequency;
            }
        }

        public override long GetTimestamp()
        {
            Count();
            return base.GetTimestamp();
        }

        /// <summary>Lets it happen unless it has.</summary>
        public void Finish()
        {
            if (!Passed)
            {
                action();
            }
        }

        private void Count()
        {
            if (Interlocked.Increment(ref reads) == moment)
            {
                action();
            }
        }
    }
}

/// <inheritdoc/>
public sealed class SqliteRotationRaceTests() : RotationRaceTests(StoreKind.Sqlite);

/// <inheritdoc/>
[Trait("Store", "PostgreSQL")]
public sealed class PostgreSqlRotationRaceTests() : RotationRaceTests(StoreKind.PostgreSql);
