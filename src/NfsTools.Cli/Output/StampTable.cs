using NfsTools.Stamps;

namespace NfsTools.Cli.Output;

/// <summary>Stamps in text: a table, and below it what is in doubt.</summary>
internal static class StampTable
{
    public static void Write(TextWriter output, IReadOnlyList<FileStamp> stamps)
    {
        var table = new TextTable(
            output, TextColumn.Whole("EXISTS"), TextColumn.Number("SIZE"), TextColumn.Whole("MTIME"), TextColumn.Whole("CTIME"), TextColumn.Number("INODE"),
            TextColumn.Whole("METHOD"), TextColumn.Whole("TRUSTED"), TextColumn.Path("PATH"));
        foreach (var s in stamps)
        {
            table.Add(
                s.Exists ? "yes" : "no", s.Exists ? Figures.Whole(s.Size) : "-", Time(s.ModifyTimeNs), Time(s.ChangeTimeNs), s.Exists ? Figures.Whole(s.Inode) : "-",
                StampFields.MethodOf(s), s.Trusted ? "yes" : "NO", s.Path);
        }

        table.End();
        foreach (var doubt in stamps.Where(s => !s.Trusted).GroupBy(s => s.Doubt, s => s.Path))
        {
            output.WriteLine();
            output.WriteLine($"{string.Join(' ', doubt.Select(SafeText.ShellWord))}:");
            output.WriteLine($"  in doubt: {SafeText.Clean(doubt.Key)}");
        }
    }

    private static string Time(long? nanoseconds) => nanoseconds is { } time ? Figures.Time(time) : "-";
}
