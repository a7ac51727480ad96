using NfsTools.Coordination;

namespace NfsTools.Cli.Output;

/// <summary>Locks and their holders, as output.</summary>
internal static class LockTable
{
    private static readonly Field<LockStatus>[] Fields =
    [
        new("path", s => FieldValue.Name(s.Path)),
        new("held", s => s.IsHeld),
        new("user", s => s.Holder?.User is { } user ? user : default(FieldValue)),
        new("host", s => s.Holder?.Host is { } host ? host : default(FieldValue)),
        new("process", s => s.Holder is { } holder ? holder.ProcessId : default(FieldValue)),
        new("processStart", s => s.Holder is { } holder ? Figures.Time(holder.ProcessStart) : default(FieldValue)),
        new("since", s => s.Holder is { } holder ? Figures.Time(holder.Since) : default(FieldValue)),
        new("epoch", s => s.Holder is { } holder ? holder.Epoch : default(FieldValue)),
        new("purpose", s => s.Holder is { } holder ? holder.Purpose : default(FieldValue)),
        new("remark", s => s.Remark),
    ];

    public static void Write(TextWriter output, IReadOnlyList<LockStatus> locks, bool asJson)
    {
        if (asJson)
        {
            using var json = new JsonOutput(output);
            json.Array(locks, Fields);
            return;
        }

        // Of a free lock, who took it last.
        var table = new TextTable(
            output, TextColumn.Path("PATH"), TextColumn.Whole("STATE"), TextColumn.Number("EPOCH"), TextColumn.Whole("USER"), TextColumn.Whole("HOST"), TextColumn.Number("PROCESS"),
            TextColumn.Whole("SINCE"), new("PURPOSE"));
        foreach (var one in locks)
        {
            var holder = one.Holder;
            table.Add(
                one.Path, one.IsHeld ? "held" : "free", holder is null ? "-" : Figures.Whole(holder.Epoch), holder?.User ?? "-", holder?.Host ?? "-",
                holder is null ? "-" : Figures.Whole(holder.ProcessId), holder is null ? "-" : Figures.Time(holder.Since), holder?.Purpose ?? "-");
        }

        table.End();
        foreach (var remark in locks.Where(l => l.Remark.Length > 0))
        {
            output.WriteLine();
            output.WriteLine($"{SafeText.ShellWord(remark.Path)}:");
            output.WriteLine($"  {SafeText.Clean(remark.Remark)}");
        }
    }
}
