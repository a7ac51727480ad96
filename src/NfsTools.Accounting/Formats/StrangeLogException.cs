namespace NfsTools.Accounting.Formats;

/// <summary>A file that is no accounting log of the format that it should be.</summary>
/// <param name="what">What it seems to be.</param>
internal sealed class StrangeLogException(string what) : IOException($"it seems to be {what}; nothing of it is taken")
{
    /// <summary>What to do.</summary>
    public const string Remedy = "Name the accounting log, e.g. LSB_SHAREDIR/cluster/logdir/lsb.acct, and its format.";
}
