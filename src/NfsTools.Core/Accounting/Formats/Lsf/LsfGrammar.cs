using static NfsTools.Accounting.Formats.Lsf.LsfField;

namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>How a field is written.</summary>
/// <param name="Field">Which field.</param>
/// <param name="Shape">
/// q: quoted text; ?: quoted text that openlava leaves out; d: integer; f: number; everything else is a counted list whose
/// elements have these tokens each (h: host, bare or quoted; a: any token; *: a nested list of two tokens each).
/// </param>
internal readonly record struct LsfFieldShape(LsfField Field, string Shape);

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
        .. All("d", EventTime, JobId, UserId, Options, NumProcessors, SubmitTime, BeginTime, TermTime, StartTime),
        .. All("q", UserName, Queue, ResReq, DependCond, PreExecCmd, FromHost, Cwd, InFile, OutFile, ErrFile, JobFile),
        new(AskedHosts, "[q]"), new(ExecHosts, "[q]"), new(JobStatus, "d"), new(HostFactor, "f"), new(JobName, "q"), new(Command, "q"),
        .. All("f", Utime, Stime, MaxRss, Ixrss, Ismrss, Idrss, Isrss, MinFlt, MajFlt, Nswap, InBlock, OutBlock, Ioch, MsgSnd, MsgRcv),
        .. All("f", Nsignals, Nvcsw, Nivcsw, ExUtime),
        .. All("q", MailUser, ProjectName), .. All("d", ExitStatus, MaxNumProcessors), new(LoginShell, "q"), new(TimeEvent, "?"),
        .. All("d", ArrayIndex, MaxRMem, MaxRSwap), .. All("q", InFileSpool, CommandSpool, RsvId),
        new(Sla, "q"), new(ExceptMask, "d"), new(AdditionalInfo, "q"), new(ExitInfo, "d"), new(WarningAction, "q"),
        new(WarningTimePeriod, "d"), .. All("q", ChargedSaap, LicenseProject, App, PostExecCmd), new(RuntimeEstimation, "d"),
        .. All("q", JobGroupName, RequeueEvalues), new(Options2, "d"), new(ResizeNotifyCmd, "q"), new(LastResizeTime, "d"),
        .. All("q", LongRsvId, JobDescription), new(SubmitExt, "[dq]"), new(HostRusage, "[host]"),
        .. All("d", RunLimit, Options3, AvgMem), new(EffectiveResReq, "q"),
        new(SrcCluster, "q"), new(SrcJobId, "d"), new(DstCluster, "q"), .. All("d", DstJobId, ForwardTime), new(FlowId, "q"),
        .. All("d", AcJobWaitTime, TotalProvisionTime), new(Outdir, "q"), new(RunTime, "d"), new(Subcwd, "q"),
        new(Networks, "[qd]"), new(Affinity, "q"), .. All("f", SerialJobEnergy, Cpi, Gips, Gbs, Gflops), new(AllocSlots, "[q]"),
        new(IneligiblePendTime, "d"), new(IndexRanges, "[ddd]"), new(RequeueTime, "d"), new(GpuRusages, "[q*]"),
        new(StorageInfo, "[q]"), new(FinishKvps, "[qq]"),
    ];

    private static IEnumerable<LsfFieldShape> All(string shape, params LsfField[] fields) => fields.Select(f => new LsfFieldShape(f, shape));
}
