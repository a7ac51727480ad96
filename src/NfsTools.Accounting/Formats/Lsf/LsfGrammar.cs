using NfsTools.Accounting.Model;
using static NfsTools.Accounting.Formats.Lsf.LsfField;

namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>How a field is written.</summary>
/// <param name="Field">Which field.</param>
/// <param name="Shape">
/// q: quoted text; ?: quoted text that openlava leaves out; l: integer of 64 bits; d: integer of 32 bits; t: time in seconds since
/// 1970, 0 for never; T: the same, -1 too for never; f: number; everything else is a counted list whose elements have these tokens
/// each (h: host, bare or quoted; a: any token; d: integer of 64 bits; *: a nested list of two tokens each).
/// </param>
internal readonly record struct LsfFieldShape(LsfField Field, string Shape)
{
    /// <summary>The first letter of the shape, which tells the shapes apart; a list's is a bracket.</summary>
    public char Kind { get; } = Shape == "[host]" ? 'H' : Shape[0];
}

/// <summary>
/// The grammar of JOB_FINISH. It says of every field whether it is quoted: enforcing that is what makes a damaged record
/// show. Records end at different fields in different versions; the tokens running out behind
/// <see cref="LastMandatory"/> ends a record, whatever its version says.
/// </summary>
internal static class LsfGrammar
{
    /// <summary>The last field of the shortest layout known (openlava; LSF 5.1 goes one further).</summary>
    public const LsfField LastMandatory = CommandSpool;

    /// <summary>Numbers per host in <see cref="HostRusage"/>, the common layout first; 9.11 has more, and a bare host.</summary>
    public static readonly string[] HostRusageShapes = ["hdddd", "hddddd", "hdddddd"];

    public static readonly LsfFieldShape[] JobFinish =
    [
        new(EventTime, "t"), .. All("l", JobId, UserId, Options), new(NumProcessors, "d"), .. All("t", SubmitTime, BeginTime, TermTime, StartTime),
        .. All("q", UserName, Queue, ResReq, DependCond, PreExecCmd, FromHost, Cwd, InFile, OutFile, ErrFile, JobFile),
        new(AskedHosts, "[q]"), new(ExecHosts, "[q]"), new(JobStatus, "d"), new(HostFactor, "f"), new(JobName, "q"), new(Command, "q"),
        .. All("f", Utime, Stime, MaxRss, Ixrss, Ismrss, Idrss, Isrss, MinFlt, MajFlt, Nswap, InBlock, OutBlock, Ioch, MsgSnd, MsgRcv),
        .. All("f", Nsignals, Nvcsw, Nivcsw, ExUtime),
        .. All("q", MailUser, ProjectName), new(ExitStatus, "d"), new(MaxNumProcessors, "l"), new(LoginShell, "q"), new(TimeEvent, "?"),
        new(ArrayIndex, "d"), .. All("l", MaxRMem, MaxRSwap), .. All("q", InFileSpool, CommandSpool, RsvId),
        new(Sla, "q"), new(ExceptMask, "l"), new(AdditionalInfo, "q"), new(ExitInfo, "d"), new(WarningAction, "q"),
        new(WarningTimePeriod, "l"), .. All("q", ChargedSaap, LicenseProject, App, PostExecCmd), new(RuntimeEstimation, "l"),
        .. All("q", JobGroupName, RequeueEvalues), new(Options2, "l"), new(ResizeNotifyCmd, "q"), new(LastResizeTime, "T"),
        .. All("q", LongRsvId, JobDescription), new(SubmitExt, "[dq]"), new(HostRusage, "[host]"),
        .. All("l", RunLimit, Options3, AvgMem), new(EffectiveResReq, "q"),
        new(SrcCluster, "q"), new(SrcJobId, "l"), new(DstCluster, "q"), new(DstJobId, "l"), new(ForwardTime, "T"), new(FlowId, "q"),
        .. All("l", AcJobWaitTime, TotalProvisionTime), new(Outdir, "q"), new(RunTime, "l"), new(Subcwd, "q"),
        new(Networks, "[qd]"), new(Affinity, "q"), .. All("f", SerialJobEnergy, Cpi, Gips, Gbs, Gflops), new(AllocSlots, "[q]"),
        new(IneligiblePendTime, "l"), new(IndexRanges, "[ddd]"), new(RequeueTime, "T"), new(GpuRusages, "[q*]"),
        new(StorageInfo, "[q]"), new(FinishKvps, "[qq]"),
    ];

    /// <summary>What is wrong with an integer in a field of a shape; null for nothing.</summary>
    public static string? Misfit(char shape, long value) => shape switch
    {
        'd' when value != (int)value => $"{value} does not fit 32 bits",
        't' or 'T' when value < (shape == 'T' ? -1 : 0) || value > AccountingRecord.LatestTime => $"{value} is no time of the years 1970 to 9999",
        _ => null,
    };

    private static IEnumerable<LsfFieldShape> All(string shape, params LsfField[] fields) => fields.Select(f => new LsfFieldShape(f, shape));
}
