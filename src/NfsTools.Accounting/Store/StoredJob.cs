using System.Data.Common;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>A job as the store has it.</summary>
internal sealed class StoredJob : JobRecord
{
    private readonly KeptLog log;
    private readonly (long Generation, long Offset, int Length) place;
    private readonly string[] texts;
    private readonly Dictionary<string, long> integers = [];
    private readonly (double User, double System) cpu;

    public StoredJob(DbDataReader row, KeptLog log)
    {
        (this.log, place) = (log, (row.GetInt64(row.GetOrdinal("generation_id")), row.GetInt64(row.GetOrdinal("offset")), row.GetInt32(row.GetOrdinal("length"))));
        texts = new string[JobColumns.Dictionary.Length + JobColumns.Inline.Length];
        foreach (var (text, name) in JobColumns.Dictionary.Concat(JobColumns.Inline))
        {
            texts[(int)text] = row.GetString(row.GetOrdinal(name));
        }

        foreach (var (name, _) in JobColumns.Integers)
        {
            integers[name] = row.GetInt64(row.GetOrdinal(name));
        }

        cpu = (row.GetDouble(row.GetOrdinal("user_cpu_seconds")), row.GetDouble(row.GetOrdinal("system_cpu_seconds")));
        Cluster = row.GetString(row.GetOrdinal("cluster"));
    }

    internal override ReadOnlyMemory<byte> Bytes
    {
        get => log.Read(place.Generation, place.Offset, place.Length);
        set => throw new InvalidOperationException();
    }

    public override string RecordType => "JOB_FINISH";

    public override long JobId => integers["job_id"];

    public override int ArrayIndex => (int)integers["array_index"];

    public override int ExitStatus => (int)integers["exit_status"];

    public override int ExitInfo => (int)integers["exit_info"];

    public override int NumProcessors => (int)integers["num_processors"];

    public override int Slots => (int)integers["slots"];

    public override double UserCpuSeconds => cpu.User;

    public override double SystemCpuSeconds => cpu.System;

    public override long MaxMemKb => integers["max_mem_kb"];

    public override long MaxSwapKb => integers["max_swap_kb"];

    public override long AvgMemKb => integers["avg_mem_kb"];

    public override long RunLimitSeconds => integers["run_limit_seconds"];

    internal override bool Done => integers["done"] != 0;

    internal override long EventSeconds => integers["event_time"];

    internal override long SubmitSeconds => integers["submit_time"];

    internal override long StartSeconds => integers["start_time"];

    internal override long UserId => integers["uid"];

    internal override long ContentHash => integers["content_hash"];

    internal override string Text(JobText field) => texts[(int)field];
}
