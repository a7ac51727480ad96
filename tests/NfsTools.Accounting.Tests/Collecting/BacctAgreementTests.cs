using System.Globalization;
using System.Text.Json;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>A real bacct's output for a real log is what query and report must agree with.</summary>
public abstract class BacctAgreementTests(StoreKind kind)
{
    private const long DamagedJob = 387;

    [Fact]
    public void Every_readable_job_has_the_metrics_that_bacct_printed()
    {
        using var bed = new CollectorBed(kind);
        var live = SampleData.Path("lsf/lsb.acct");
        using var expected = JsonDocument.Parse(File.ReadAllText(SampleData.Path("lsf/bacct.expected.json")));
        var summary = bed.Collect(path: live);

        Assert.Equal(86, summary.Records);
        Assert.Equal(1, summary.Rejects);
        Assert.Contains("AskedHosts", Assert.Single(bed.Store.Rejects()).Reason, StringComparison.Ordinal);

        var bacct = expected.RootElement.GetProperty("jobs").EnumerateArray().DistinctBy(j => j.GetProperty("jobId").GetInt64())
            .Where(j => j.GetProperty("jobId").GetInt64() != DamagedJob).ToDictionary(j => j.GetProperty("jobId").GetInt64());
        var jobs = bed.Store.Query(JobFilter.All).ToList();
        Assert.Equal(bacct.Keys.Order(), jobs.Select(j => j.JobId).Order());
        foreach (var job in jobs)
        {
            var row = bacct[job.JobId];
            Assert.Equal(row.GetProperty("CPU_T").GetString(), job.CpuSeconds.ToString("F2", CultureInfo.InvariantCulture));
            Assert.Equal(row.GetProperty("WAIT").GetInt64(), job.WaitSeconds);
            Assert.Equal(row.GetProperty("TURNAROUND").GetInt64(), job.TurnaroundSeconds);
            Assert.Equal(row.GetProperty("STATUS").GetString(), job.SchedulerState, ignoreCase: true);
            Assert.Equal(row.GetProperty("HOG_FACTOR").GetString(), job.HogFactor.ToString("F4", CultureInfo.InvariantCulture));
        }

        var total = Assert.Single(bed.Store.Report(JobFilter.All, []));
        Assert.Equal(86, total.Jobs);
        Assert.Equal(jobs.Sum(j => j.RunSeconds), total.RunSeconds);
        Assert.Equal(147.0, total.ExpansionFactorSummary.Maximum);
    }

    [Fact]
    public void Collecting_again_adds_nothing_and_the_store_verifies()
    {
        using var bed = new CollectorBed(kind);
        var live = SampleData.Path("lsf/lsb.acct");
        bed.Collect(path: live);

        var second = bed.Collect(path: live);

        Assert.Equal((0, 0, 0L), ((int)second.Records, (int)second.Rejects, second.Bytes));
        var verification = bed.Store.Verify();
        Assert.Empty(verification.Differences);
        Assert.Equal(2, verification.Generations);
        Assert.Equal(verification.Bytes, verification.RecordBytes + verification.RejectBytes + verification.FillerBytes);
    }
}

/// <inheritdoc/>
public sealed class SqliteBacctAgreementTests() : BacctAgreementTests(StoreKind.Sqlite);

/// <inheritdoc/>
[Trait("Store", "PostgreSQL")]
public sealed class PostgreSqlBacctAgreementTests() : BacctAgreementTests(StoreKind.PostgreSql);
