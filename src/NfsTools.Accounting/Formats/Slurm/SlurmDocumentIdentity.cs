using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>JSON of Slurm's is told by its first job: documents of jobs begin alike.</summary>
internal sealed class SlurmDocumentIdentity : ILogIdentity
{
    /// <inheritdoc/>
    public int MostBytes => 1 << 20;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Find(ReadOnlySpan<byte> begin, bool holdNuls)
    {
        begin = begin.TrimStart("\0 \t\r\n"u8);
        var nul = begin.IndexOf((byte)0);
        var text = nul < 0 ? begin : begin[..nul];
        while (!text.IsEmpty)
        {
            var frame = SlurmDocumentFrames.Next(text, final: false);
            if (frame.Kind == UnitKind.Incomplete)
            {
                return nul >= 0 && !holdNuls ? text : [];
            }

            if (frame.Kind != UnitKind.Filler)
            {
                return text[..frame.Length];
            }

            text = text[frame.Length..];
        }

        return [];
    }
}
