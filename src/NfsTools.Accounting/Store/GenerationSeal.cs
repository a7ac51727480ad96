using System.IO.Hashing;
using System.Text;

namespace NfsTools.Accounting.Store;

/// <summary>A checksum of what the store says of a generation that stands in no byte of its log.</summary>
internal static class GenerationSeal
{
    /// <summary>The checksum.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="format">The format's name.</param>
    /// <param name="livePath">The log, as the store writes its name.</param>
    /// <param name="fingerprint">What it begins with.</param>
    /// <param name="timeZone">The time zone that its local times are of; null for none.</param>
    /// <param name="variant">Its number among those that begin alike.</param>
    /// <param name="position">How far it was read.</param>
    /// <param name="tailHash">What stands before that.</param>
    /// <param name="tailLength">How much of it that is.</param>
    public static long Of(string cluster, string format, string livePath, string fingerprint, string? timeZone, long variant, long position, string tailHash, long tailLength) =>
        (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{cluster}\0{format}\0{livePath}\0{fingerprint}\0{timeZone}\0{variant}\0{position}\0{tailHash}\0{tailLength}")));
}
