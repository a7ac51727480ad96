namespace NfsTools.Accounting.Formats.HTCondor;

/// <summary>The attributes that columns are taken from, by the names that they have in a job's ad (HTCondor manual, "Job ClassAd Attributes").</summary>
internal enum HTCondorKey
{
    AccountingGroup, AcctGroup, AcctGroupUser, AllRemoteHosts, AllowedExecuteDuration, AllowedJobDuration, Args, Arguments, AssignedGPUs, ClusterId, Cmd,
    CompletionDate, CpusProvisioned, CumulativeRemoteSysCpu, CumulativeRemoteUserCpu, CumulativeSlotTime, CumulativeSuspensionTime, EnteredCurrentStatus,
    ExitBySignal, ExitCode, ExitSignal, GlobalJobId, GPUsProvisioned, HoldReason, HoldReasonCode, HoldReasonSubCode, ImageSize, ImageSize_RAW, Iwd,
    JobBatchName, JobCurrentStartDate, JobStartDate, JobStatus, JobUniverse, LastJobStatus, LastRemoteHost, LastRemoteWallClockTime, MaxHosts, MemoryUsage,
    NumJobStarts, Owner, ProcId, ProjectName, QDate, RemoteSysCpu, RemoteUserCpu, RemoteWallClockTime, RemoveReason, RequestCpus, RequestGPUs,
    RequestMemory, Requirements, ResidentSetSize, ResidentSetSize_RAW, User,
}
