namespace NfsTools.Accounting.Formats.HTCondor;

/// <summary>A job's id among those of all schedds, <c>[name@]host#cluster.proc#time</c>.</summary>
internal static class HTCondorId
{
    /// <summary>The schedd's host; empty where the id has none.</summary>
    public static ReadOnlySpan<byte> HostOf(ReadOnlySpan<byte> id)
    {
        var schedd = id[..Math.Max(id.IndexOf((byte)'#'), 0)];
        return schedd[(schedd.LastIndexOf((byte)'@') + 1)..];
    }
}
