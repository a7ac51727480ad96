namespace NfsTools.Accounting.Formats.GridEngine;

/// <summary>The fields of a record in the order of the log: accounting(5), 45 of them; 43 up to version 6.1, and those behind by Univa and Altair.</summary>
internal enum GridEngineField
{
    QName, HostName, Group, Owner, JobName, JobNumber, Account, Priority, SubmissionTime, StartTime, EndTime, Failed, ExitStatus,
    RuWallclock, RuUtime, RuStime, RuMaxrss, RuIxrss, RuIsmrss, RuIdrss, RuIsrss, RuMinflt, RuMajflt, RuNswap, RuInblock, RuOublock,
    RuMsgsnd, RuMsgrcv, RuNsignals, RuNvcsw, RuNivcsw,
    Project, Department, GrantedPe, Slots, TaskNumber, Cpu, Mem, Io, Category, Iow, PeTaskId, MaxVmem,
    ArId, ArSubmissionTime,
    JobClass, QdelInfo, MaxRss, MaxPss, SubmitHost, Cwd, SubmitCmd, Wallclock, IoOps, BoundCores,
}
