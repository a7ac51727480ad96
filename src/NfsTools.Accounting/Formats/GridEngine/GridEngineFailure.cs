using System.Text;

namespace NfsTools.Accounting.Formats.GridEngine;

/// <summary>What the number in the field <c>failed</c> says, in the words of qacct(1), as far as it says them, and of sge_status(5).</summary>
/// <param name="Name">In words.</param>
/// <param name="HasUsage">Whether what the record says of use and exit status is valid.</param>
internal sealed record GridEngineFailure(byte[] Name, bool HasUsage)
{
    // Ran into a limit of the queue or of its own.
    public const long OverLimit = 37;

    // Ended by a signal, the host's or the shepherd's.
    public const long AfterJob = 100;
    public const long ThroughSignal = 17;

    // Back in its queue.
    public const long Migrating = 24;
    public const long Rescheduling = 25;

    // Nobody wrote how it ended, or knew of it any more: its host went down.
    public const long NoExitStatus = 19;
    public const long NotRecognized = 21;

    private static readonly Dictionary<long, GridEngineFailure> All = new()
    {
        [0] = Ran("no failure"),
        [1] = DidNotRun("assumedly before job"),
        [3] = DidNotRun("before writing config"),
        [4] = DidNotRun("before writing PID"),
        [5] = DidNotRun("on reading config file"),
        [6] = DidNotRun("setting processor set"),
        [7] = DidNotRun("before prolog"),
        [8] = DidNotRun("in prolog"),
        [9] = DidNotRun("before pestart"),
        [10] = DidNotRun("in pestart"),
        [11] = DidNotRun("before job"),
        [12] = Ran("before pestop"),
        [13] = Ran("in pestop"),
        [14] = Ran("before epilog"),
        [15] = Ran("in epilog"),
        [16] = Ran("releasing processor set"),
        [ThroughSignal] = Ran("through signal"),
        [18] = DidNotRun("shepherd returned error"),
        [NoExitStatus] = DidNotRun("before writing exit_status"),
        [20] = Ran("found unexpected error file"),
        [NotRecognized] = DidNotRun("in recognizing job"),
        [Migrating] = Ran("migrating (checkpointing jobs)"),
        [Rescheduling] = Ran("rescheduling"),
        [26] = DidNotRun("opening input/output file"),
        [27] = DidNotRun("searching requested shell"),
        [28] = DidNotRun("changing into working directory"),
        [29] = DidNotRun("AFS setup"),
        [30] = Ran("application error returned"),
        [31] = DidNotRun("accessing sgepasswd file"),
        [32] = DidNotRun("entry is missing in password file"),
        [33] = DidNotRun("wrong password"),
        [34] = DidNotRun("communicating with Grid Engine Helper Service"),
        [35] = DidNotRun("before job in Grid Engine Helper Service"),
        [36] = DidNotRun("checking configured daemons"),
        [OverLimit] = Ran("qmaster enforced h_rt, h_cpu, or h_vmem limit"),
        [38] = DidNotRun("adding supplementary group"),
        [AfterJob] = Ran("assumedly after job"),
    };

    /// <summary>What a number says; null where it is not known.</summary>
    public static GridEngineFailure? Of(long failed) => All.GetValueOrDefault(failed);

    private static GridEngineFailure Ran(string name) => new(Encoding.ASCII.GetBytes(name), HasUsage: true);

    private static GridEngineFailure DidNotRun(string name) => new(Encoding.ASCII.GetBytes(name), HasUsage: false);
}
