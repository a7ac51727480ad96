namespace NfsTools.Accounting.Formats.Lsf;

/// <summary>The fields of JOB_FINISH behind its type, version and event time, in the order of the log (lsb.acct(5)).</summary>
internal enum LsfField
{
    EventTime, JobId, UserId, Options, NumProcessors, SubmitTime, BeginTime, TermTime, StartTime,
    UserName, Queue, ResReq, DependCond, PreExecCmd, FromHost, Cwd, InFile, OutFile, ErrFile, JobFile,
    AskedHosts, ExecHosts, JobStatus, HostFactor, JobName, Command,
    Utime, Stime, MaxRss, Ixrss, Ismrss, Idrss, Isrss, MinFlt, MajFlt, Nswap, InBlock, OutBlock, Ioch, MsgSnd, MsgRcv,
    Nsignals, Nvcsw, Nivcsw, ExUtime,
    MailUser, ProjectName, ExitStatus, MaxNumProcessors, LoginShell, TimeEvent, ArrayIndex,
    MaxRMem, MaxRSwap, InFileSpool, CommandSpool, RsvId,
    Sla, ExceptMask, AdditionalInfo, ExitInfo, WarningAction, WarningTimePeriod, ChargedSaap, LicenseProject, App,
    PostExecCmd, RuntimeEstimation, JobGroupName, RequeueEvalues,
    Options2, ResizeNotifyCmd, LastResizeTime, LongRsvId, JobDescription,
    SubmitExt, HostRusage, RunLimit, Options3, AvgMem, EffectiveResReq,
    SrcCluster, SrcJobId, DstCluster, DstJobId, ForwardTime, FlowId, AcJobWaitTime, TotalProvisionTime, Outdir, RunTime, Subcwd,
    Networks, Affinity, SerialJobEnergy, Cpi, Gips, Gbs, Gflops, AllocSlots,
    IneligiblePendTime, IndexRanges, RequeueTime, GpuRusages, StorageInfo, FinishKvps,
}
