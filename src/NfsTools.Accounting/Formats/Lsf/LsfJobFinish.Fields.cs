namespace NfsTools.Accounting.Formats.Lsf;

/// <content>The fields that only LSF has. One that the record's version does not write is empty, 0 or null.</content>
public sealed partial class LsfJobFinish
{
    /// <summary>Option bits of bsub as lsbatch.h names them.</summary>
    public long Options => record.Integer(this[LsfField.Options]);

    /// <summary>When it was allowed to begin (-b); null for at once.</summary>
    public DateTimeOffset? BeginTime => Time(record.Integer(this[LsfField.BeginTime]));

    /// <summary>When it had to end (-t); null for no such time.</summary>
    public DateTimeOffset? TermTime => Time(record.Integer(this[LsfField.TermTime]));

    /// <summary>The command run before it (-E).</summary>
    public string PreExecCmd => record.Text(this[LsfField.PreExecCmd]);

    /// <summary>Standard input (-i).</summary>
    public string InFile => record.Text(this[LsfField.InFile]);

    /// <summary>Standard output (-o).</summary>
    public string OutFile => record.Text(this[LsfField.OutFile]);

    /// <summary>Standard error (-e).</summary>
    public string ErrFile => record.Text(this[LsfField.ErrFile]);

    /// <summary>The name of the job's script file.</summary>
    public string JobFile => record.Text(this[LsfField.JobFile]);

    /// <summary>The hosts asked for (-m).</summary>
    public IReadOnlyList<string> AskedHosts => record.List(this[LsfField.AskedHosts]);

    /// <summary>Peak resident set as getrusage(2) told, in KB; -1 where unavailable.</summary>
    public double MaxRss => record.Number(this[LsfField.MaxRss]);

    /// <summary>Shared text size, in KB x ticks; -1 where unavailable.</summary>
    public double Ixrss => record.Number(this[LsfField.Ixrss]);

    /// <summary>Shared memory size, in KB x ticks; -1 where unavailable.</summary>
    public double Ismrss => record.Number(this[LsfField.Ismrss]);

    /// <summary>Unshared data size, in KB x ticks; -1 where unavailable.</summary>
    public double Idrss => record.Number(this[LsfField.Idrss]);

    /// <summary>Unshared stack size, in KB x ticks; -1 where unavailable.</summary>
    public double Isrss => record.Number(this[LsfField.Isrss]);

    /// <summary>Page reclaims; -1 where unavailable.</summary>
    public double MinFlt => record.Number(this[LsfField.MinFlt]);

    /// <summary>Page faults; -1 where unavailable.</summary>
    public double MajFlt => record.Number(this[LsfField.MajFlt]);

    /// <summary>Times swapped out; -1 where unavailable.</summary>
    public double Nswap => record.Number(this[LsfField.Nswap]);

    /// <summary>Blocks read; -1 where unavailable.</summary>
    public double InBlock => record.Number(this[LsfField.InBlock]);

    /// <summary>Blocks written; -1 where unavailable.</summary>
    public double OutBlock => record.Number(this[LsfField.OutBlock]);

    /// <summary>Characters read and written; -1 where unavailable.</summary>
    public double Ioch => record.Number(this[LsfField.Ioch]);

    /// <summary>Messages sent; -1 where unavailable.</summary>
    public double MsgSnd => record.Number(this[LsfField.MsgSnd]);

    /// <summary>Messages received; -1 where unavailable.</summary>
    public double MsgRcv => record.Number(this[LsfField.MsgRcv]);

    /// <summary>Signals received; -1 where unavailable.</summary>
    public double Nsignals => record.Number(this[LsfField.Nsignals]);

    /// <summary>Voluntary context switches; -1 where unavailable.</summary>
    public double Nvcsw => record.Number(this[LsfField.Nvcsw]);

    /// <summary>Involuntary context switches; -1 where unavailable.</summary>
    public double Nivcsw => record.Number(this[LsfField.Nivcsw]);

    /// <summary>Exact user time in seconds; -1 where unavailable.</summary>
    public double ExUtime => record.Number(this[LsfField.ExUtime]);

    /// <summary>Who is mailed (-u).</summary>
    public string MailUser => record.Text(this[LsfField.MailUser]);

    /// <summary>The largest number of slots asked for.</summary>
    public long MaxNumProcessors => record.Integer(this[LsfField.MaxNumProcessors]);

    /// <summary>The login shell (-L).</summary>
    public string LoginShell => record.Text(this[LsfField.LoginShell]);

    /// <summary>The time event it waited for; openlava has no such field.</summary>
    public string TimeEvent => record.Text(this[LsfField.TimeEvent]);

    /// <summary>The spooled standard input.</summary>
    public string InFileSpool => record.Text(this[LsfField.InFileSpool]);

    /// <summary>The spooled command.</summary>
    public string CommandSpool => record.Text(this[LsfField.CommandSpool]);

    /// <summary>The advance reservation it ran in (-U).</summary>
    public string RsvId => record.Text(this[LsfField.RsvId]);

    /// <summary>Exceptions it raised, as bits.</summary>
    public long ExceptMask => record.Integer(this[LsfField.ExceptMask]);

    /// <summary>Placement information from the scheduler.</summary>
    public string AdditionalInfo => record.Text(this[LsfField.AdditionalInfo]);

    /// <summary>What was done before it was ended (-wa).</summary>
    public string WarningAction => record.Text(this[LsfField.WarningAction]);

    /// <summary>How long before its end that was, in seconds (-wt); -1 for none.</summary>
    public long WarningTimePeriod => record.Integer(this[LsfField.WarningTimePeriod]);

    /// <summary>The fairshare path it was charged to.</summary>
    public string ChargedSaap => record.Text(this[LsfField.ChargedSaap]);

    /// <summary>The command run behind it (-Ep).</summary>
    public string PostExecCmd => record.Text(this[LsfField.PostExecCmd]);

    /// <summary>The estimated run time in seconds (-We); -1 for none.</summary>
    public long RuntimeEstimation => record.Integer(this[LsfField.RuntimeEstimation]);

    /// <summary>Exit values that requeue it (-Q).</summary>
    public string RequeueEvalues => record.Text(this[LsfField.RequeueEvalues]);

    /// <summary>More option bits of bsub.</summary>
    public long Options2 => record.Integer(this[LsfField.Options2]);

    /// <summary>The command told of a resize (-rnc).</summary>
    public string ResizeNotifyCmd => record.Text(this[LsfField.ResizeNotifyCmd]);

    /// <summary>When it was last resized; null for never.</summary>
    public DateTimeOffset? LastResizeTime => Time(record.Integer(this[LsfField.LastResizeTime]));

    /// <summary>The advance reservation, in its long form.</summary>
    public string LongRsvId => record.Text(this[LsfField.LongRsvId]);

    /// <summary>The description (-Jd).</summary>
    public string JobDescription => record.Text(this[LsfField.JobDescription]);

    /// <summary>Submission extensions: key and value in turn. Key 1075 appears to be the user group.</summary>
    public IReadOnlyList<string> SubmitExt => record.List(this[LsfField.SubmitExt]);

    /// <summary>Use per host: the host and its numbers in turn (memory KB, swap KB, user and system seconds; 9.11 has more).</summary>
    public IReadOnlyList<string> HostRusage => record.List(this[LsfField.HostRusage]);

    /// <summary>Still more option bits of bsub.</summary>
    public long Options3 => record.Integer(this[LsfField.Options3]);

    /// <summary>The flow it belongs to.</summary>
    public string FlowId => record.Text(this[LsfField.FlowId]);

    /// <summary>Dynamic cluster: time waited for a machine, in seconds.</summary>
    public long AcJobWaitTime => record.Integer(this[LsfField.AcJobWaitTime]);

    /// <summary>Dynamic cluster: provisioning time, in seconds.</summary>
    public long TotalProvisionTime => record.Integer(this[LsfField.TotalProvisionTime]);

    /// <summary>The output directory (-outdir).</summary>
    public string Outdir => record.Text(this[LsfField.Outdir]);

    /// <summary>The run time as LSF counts it, in seconds: suspension left out.</summary>
    public long RunTime => record.Integer(this[LsfField.RunTime]);

    /// <summary>The directory it was submitted from.</summary>
    public string Subcwd => record.Text(this[LsfField.Subcwd]);

    /// <summary>Networks: id and number of windows in turn.</summary>
    public IReadOnlyList<string> Networks => record.List(this[LsfField.Networks]);

    /// <summary>CPU and memory affinity.</summary>
    public string Affinity => record.Text(this[LsfField.Affinity]);

    /// <summary>Energy used by a serial job, in joules.</summary>
    public double SerialJobEnergy => record.Number(this[LsfField.SerialJobEnergy]);

    /// <summary>Cycles per instruction.</summary>
    public double Cpi => record.Number(this[LsfField.Cpi]);

    /// <summary>Giga instructions per second.</summary>
    public double Gips => record.Number(this[LsfField.Gips]);

    /// <summary>Memory bandwidth in GB per second.</summary>
    public double Gbs => record.Number(this[LsfField.Gbs]);

    /// <summary>Giga floating point operations per second.</summary>
    public double Gflops => record.Number(this[LsfField.Gflops]);

    /// <summary>The hosts of the slots allocated.</summary>
    public IReadOnlyList<string> AllocSlots => record.List(this[LsfField.AllocSlots]);

    /// <summary>Time pending without being eligible, in seconds; -1 where not counted.</summary>
    public long IneligiblePendTime => record.Integer(this[LsfField.IneligiblePendTime]);

    /// <summary>Index ranges of an array: start, end and step in turn.</summary>
    public IReadOnlyList<string> IndexRanges => record.List(this[LsfField.IndexRanges]);

    /// <summary>Use of GPUs: per host its name, a count, and as many keys and values.</summary>
    public IReadOnlyList<string> GpuRusages => record.List(this[LsfField.GpuRusages]);

    /// <summary>Storage used.</summary>
    public IReadOnlyList<string> StorageInfo => record.List(this[LsfField.StorageInfo]);

    /// <summary>Further keys and values, in turn.</summary>
    public IReadOnlyList<string> FinishKvps => record.List(this[LsfField.FinishKvps]);
}
