namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>The columns of sacct(1) that a job's columns are taken from, by the names that sacct gives them.</summary>
internal enum SlurmColumn
{
    JobID, JobIDRaw, JobName, User, UID, Group, Account, Partition, QOS, Cluster, Reservation, State, ExitCode, Reason, Submit, Eligible, Start, End,
    Elapsed, ElapsedRaw, Suspended, UserCPU, SystemCPU, TotalCPU, CPU, NCPUS, AllocCPUS, ReqCPUS, NNodes, AllocNodes, NodeList, ReqMem, MaxRSS, AveRSS,
    AllocTRES, ReqTRES, Timelimit, TimelimitRaw, ConsumedEnergy, ConsumedEnergyRaw, WorkDir, SubmitLine,
}
