using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>The states of sacct(1) and slurm.h.</summary>
internal static class SlurmStates
{
    private const string By = " by ";

    // By the first letter, which tells most of them.
    private static readonly SlurmState[]?[] Known = new SlurmState[]?[128];

    static SlurmStates()
    {
        var all = new (string Word, string? Ended)[]
        {
            ("COMPLETED", JobState.Done), ("FAILED", JobState.Failed), ("CANCELLED", JobState.Cancelled), ("TIMEOUT", JobState.Timeout), ("DEADLINE", JobState.Timeout),
            ("OUT_OF_MEMORY", JobState.OutOfMemory), ("NODE_FAIL", JobState.NodeFail), ("BOOT_FAIL", JobState.NodeFail), ("LAUNCH_FAILED", JobState.Failed),
            ("RECONFIG_FAIL", JobState.Failed), ("PREEMPTED", JobState.Preempted), ("REQUEUED", JobState.Requeued), ("REVOKED", JobState.Cancelled),

            // The life of an allocation's size ended, the job goes on: no common word means that.
            ("RESIZING", JobState.Unknown),
            ("RUNNING", null), ("PENDING", null), ("SUSPENDED", null), ("COMPLETING", null), ("CONFIGURING", null), ("SIGNALING", null), ("STAGE_OUT", null), ("STOPPED", null),
            ("REQUEUE_FED", null), ("REQUEUE_HOLD", null), ("RESV_DEL_HOLD", null), ("SPECIAL_EXIT", null), ("POWER_UP_NODE", null), ("EXPEDITING", null),
        };
        foreach (var letter in all.GroupBy(s => s.Word[0]))
        {
            Known[letter.Key] = [.. letter.Select(s => new SlurmState(s.Word, Encoding.ASCII.GetBytes(s.Word), s.Ended is null ? null : Encoding.ASCII.GetBytes(s.Ended)))];
        }
    }

    /// <summary>PENDING of a job whose life ended: it waits again.</summary>
    public static SlurmState Requeued { get; } = new("PENDING", Encoding.ASCII.GetBytes("PENDING"), Encoding.ASCII.GetBytes(JobState.Requeued));

    /// <summary>The state that a field says; <c>CANCELLED by 1000</c> is one too. Null for none.</summary>
    public static SlurmState? Find(ReadOnlySpan<byte> field)
    {
        foreach (var state in field.IsEmpty || field[0] >= Known.Length ? [] : Known[field[0]] ?? [])
        {
            if (field.StartsWith(state.Name) && (field.Length == state.Name.Length || ByOf(field[state.Name.Length..]) is not null))
            {
                return state;
            }
        }

        return null;
    }

    /// <summary>The uid of who cancelled a job; null where the state does not say it.</summary>
    public static long? CancelledBy(ReadOnlySpan<byte> field) => field.IndexOf((byte)' ') is >= 0 and var blank ? ByOf(field[blank..]) : null;

    private static long? ByOf(ReadOnlySpan<byte> rest) => rest.StartsWith(" by "u8) ? SlurmValue.Whole(rest[By.Length..]) : null;
}
