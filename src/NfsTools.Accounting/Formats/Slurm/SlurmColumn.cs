namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>The columns of sacct(1) that a job's columns are taken from, by the names that sacct gives them, and those of jobcomp that it has no names for.</summary>
internal enum SlurmColumn
{
    JobID, JobIDRaw, JobName, User, UID, Group, Account, Partition, QOS, Cluster, Reservation, State, ExitCode, Reason, Submit, Eligible, Start, End,
    Elapsed, ElapsedRaw, Suspended, UserCPU, SystemCPU, TotalCPU, CPU, NCPUS, AllocCPUS, ReqCPUS, NNodes, AllocNodes, NodeList, ReqMem, MaxRSS, AveRSS,
    AllocTRES, ReqTRES, Timelimit, TimelimitRaw, ConsumedEnergy, ConsumedEnergyRaw, WorkDir, SubmitLine,
    ArrayJobID, ArrayTaskID, HetJobID, HetJobOffset,
}
