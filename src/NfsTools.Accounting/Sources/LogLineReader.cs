using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Sources;

/// <summary>
/// Turns lines of followed logs into records that know where they stand and what was read before them, comments and rejects
/// too: so a store that they are added to knows how far the log was read.
/// </summary>
/// <param name="format">The logs' format; see <see cref="RecordFormats.Names"/>. Null for the one that each log's content tells.</param>
/// <param name="cluster">The cluster; null takes it from each log's path, as <see cref="CollectorSource"/> does.</param>
/// <param name="timeZone">The time zone of the logs' local times, as for <see cref="CollectorSource"/>.</param>
public sealed class LogLineReader(string? format, string? cluster = null, string? timeZone = null)
{
    private readonly Dictionary<string, Log> logs = new(StringComparer.Ordinal);

    /// <summary>Takes the next line of a log; returns what is complete by now.</summary>
    public IReadOnlyList<AccountingItem> Read(LogLine line)
    {
        if (!logs.TryGetValue(line.LivePath, out var log))
        {
            logs[line.LivePath] = log = new Log(new CollectorSource(line.LivePath, cluster, format, timeZone));
        }

        return log.Read(line);
    }

    private sealed class Log(CollectorSource source)
    {
        private readonly IAccountingFormat format = RecordFormats.Get(source.Format);
        private readonly List<Pending> generations = [];
        private readonly List<LogStretch> carried = [];

        public List<AccountingItem> Read(LogLine line)
        {
            var items = new List<AccountingItem>();
            var pending = generations.Find(p => p.Generation == line.Generation);
            if (pending is null)
            {
                // The log went on to a newer file: what the older ones left unfinished is all there is of it.
                generations.ForEach(older => Finish(older, line, items));
                generations.Add(pending = Begin(line));
            }
            else if (line.Offset != pending.Start + pending.Data.Length)
            {
                // Lines in between did not come through: what was begun before them cannot be told from what follows.
                Take(pending, line, final: true, items);
                (pending.Start, pending.Framed) = (line.Offset, 0);
                pending.Data.Clear();
                pending.Units.Clear();
            }

            pending.Path = line.Path;
            pending.Data.Add(line.Bytes.Span);
            if (pending.Parser.NeedsHead && pending.Head.Length < format.HeadBytes && line.Offset == pending.Head.Length)
            {
                pending.Head.Add(line.Bytes.Span);
                pending.Parser.Begin(pending.Head.Memory.Span);
            }

            Take(pending, line, final: false, items);
            return items;
        }

        private Pending Begin(LogLine line)
        {
            line.Generation.TimeZone ??= source.Settings.TimeZone;
            var parser = new RecordParser(format, new LogSettings(line.Generation.TimeZone));
            if (line.Offset > 0 && parser.NeedsHead)
            {
                parser.Begin(Head(line));
            }

            return new Pending(line.Generation) { Path = line.Path, Start = line.Offset, Parser = parser };
        }

        // The beginning of the generation that a line is of, whatever its file is called by now; nothing where that is gone.
        private byte[] Head(LogLine line)
        {
            foreach (var path in source.Family.List().Prepend(line.Path).Distinct())
            {
                try
                {
                    using var file = LogFile.TryOpen(path);
                    // Who follows a log by line knows no formats.
                    if (file is not null && LogHead.Read(file, FirstLine.Any, holdNuls: false) == line.Generation.Fingerprint && LogSegment.TailMatches(file, line.Generation))
                    {
                        var head = new byte[format.HeadBytes];
                        return head[..file.Read(head, 0)];
                    }
                }
                catch (IOException)
                {
                    // Whoever follows the log tells of it.
                }
            }

            return [];
        }

        // What no record follows in its own generation goes along with the next one's first record.
        private void Finish(Pending older, LogLine line, List<AccountingItem> items)
        {
            Take(older, line, final: true, items);
            if (older.Units.Count > 0)
            {
                carried.Add(Cut(older, older.Data.Length));
            }
        }

        private void Take(Pending pending, LogLine line, bool final, List<AccountingItem> items)
        {
            // The follower has passed on only NUL bytes that are damage.
            var units = new List<RecordUnit>();
            var reader = new RecordReader(pending.Parser, detach: true);
            var framed = pending.Framed;
            pending.Framed += reader.Read(pending.Data.Memory[framed..], final, acceptNuls: true, units);
            var start = pending.Start;
            foreach (var unit in units)
            {
                var at = start + framed + unit.Offset;
                pending.Units.Add(unit with { Offset = (int)(at - pending.Start) });
                if (unit.Record is { } record)
                {
                    record.Cluster = source.Cluster;
                    record.Source = new RecordSource(pending.Path, at, unit.Length);
                    record.Unread = line.Remaining;
                    record.Stretches = [.. carried, Cut(pending, (int)(at + unit.Length - pending.Start))];
                    carried.Clear();
                }

                if (unit.Kind != UnitKind.Filler)
                {
                    items.Add(new AccountingItem(unit.Record, unit.Reason, at, unit.Length));
                }
            }
        }

        private LogStretch Cut(Pending pending, int length)
        {
            var stretch = new LogStretch(format.Name, source.Path, pending.Path, pending.Generation, pending.Start, pending.Data.Memory[..length].ToArray(), [.. pending.Units]);
            (pending.Start, pending.Framed) = (stretch.End, pending.Framed - length);
            pending.Data.Remove(length);
            pending.Units.Clear();
            return stretch;
        }
    }

    /// <summary>What was read of a generation and not handed on yet.</summary>
    private sealed class Pending(LogGeneration generation)
    {
        public LogGeneration Generation => generation;

        /// <summary>The name it was last found under.</summary>
        public required string Path { get; set; }

        /// <summary>Reads its records.</summary>
        public required RecordParser Parser { get; init; }

        /// <summary>Its beginning, where lines from the first one on came through.</summary>
        public ByteQueue Head { get; } = new();

        /// <summary>The first byte that was not handed on.</summary>
        public long Start { get; set; }

        /// <summary>The bytes from there on.</summary>
        public ByteQueue Data { get; } = new();

        /// <summary>How many of them the units cover.</summary>
        public int Framed { get; set; }

        public List<RecordUnit> Units { get; } = [];
    }
}
