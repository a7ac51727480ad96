using System.Buffers;
using static NfsTools.Accounting.Formats.GridEngine.GridEngineField;

namespace NfsTools.Accounting.Formats.GridEngine;

/// <summary>
/// Finds where the fields of a record lie. A colon in a job's name, its account or its requests makes more of them than there are:
/// what must be a number on both sides tells then which is which. Where that leaves no reading, or more than one, there is none:
/// names are the users' to choose, and none of them may choose what a record says.
/// </summary>
internal static class GridEngineLayout
{
    /// <summary>The least fields that a record has.</summary>
    public const int Least = (int)MaxVmem + 1;

    /// <summary>From here on a time is in milliseconds: as seconds it would be in the year 5138.</summary>
    public const long LeastMilliseconds = 100_000_000_000;

    private const byte Colon = (byte)':';
    private const int WithReservation = (int)ArSubmissionTime + 1;
    private const int WithClass = (int)JobClass + 1;
    private const int WithCommand = (int)SubmitCmd + 1;

    // What holds more colons is no record, and would take long to be sure of.
    private const int MostPieces = 400;

    // No queue's name holds one of them.
    private static readonly SearchValues<byte> NotInNames = SearchValues.Create(" \t;|\"<{="u8);

    /// <summary>Finds the fields.</summary>
    /// <param name="line">A record without its newline.</param>
    /// <param name="ends">Receives where each field ends; the next one begins behind the colon there.</param>
    /// <param name="count">How many fields there are; what is behind the last one belongs to none.</param>
    /// <returns>Why there is no reading; null where there is one.</returns>
    public static string? Find(ReadOnlySpan<byte> line, int[] ends, out int count)
    {
        var (isPlain, firstMisfit) = ReadPlain(line, ends, out count);
        if (isPlain && IsCertain(line, ends, count))
        {
            return null;
        }

        var pieces = line.Count(Colon) + 1;
        if (pieces < Least)
        {
            return $"{pieces} fields; a record has {Least} at least";
        }

        if (pieces > MostPieces)
        {
            return $"{pieces} fields; a record has {GridEngineShape.Known} at most";
        }

        var readings = new Readings(line, pieces, isPlain ? count : 0);
        readings.Find();
        if (readings.Found == 1)
        {
            count = readings.Take(ends);
            return null;
        }

        return readings.Found > 1 ? $"{pieces} fields: with colons in its name or its requests, which can be read in more than one way"
            : $"{pieces} fields, and field {(int)firstMisfit + 1} ({firstMisfit}) is not what it must be";
    }

    /// <summary>Whether a line begins as records do, up to the exit status; a colon in the job's name does not matter.</summary>
    /// <param name="line">A line without its newline.</param>
    /// <param name="isWhole">Nothing follows; otherwise it is enough that what is there, a field at least, may become a beginning.</param>
    public static bool IsHead(ReadOnlySpan<byte> line, bool isWhole)
    {
        var (field, numbers, mayBecome) = (0, 0, true);
        var rest = line;
        while (true)
        {
            var end = rest.IndexOf(Colon);
            if (end < 0 && !isWhole)
            {
                return mayBecome && field > 0;
            }

            var piece = end < 0 ? rest : rest[..end];
            if (field == 0 && (piece.IsEmpty || piece.ContainsAny(NotInNames)))
            {
                return false;
            }

            mayBecome &= field > (int)ExitStatus || GridEngineShape.Fits((GridEngineField)field, piece);
            numbers = field >= (int)Priority && GridEngineShape.Fits(Priority, piece) ? numbers + 1 : 0;
            if (numbers > ExitStatus - Priority)
            {
                return true;
            }

            if (end < 0 || field > MostPieces)
            {
                return false;
            }

            field++;
            rest = rest[(end + 1)..];
        }
    }

    // As the log is meant: one field between two colons.
    private static (bool IsPlain, GridEngineField Misfit) ReadPlain(ReadOnlySpan<byte> line, int[] ends, out int count)
    {
        count = 0;
        for (var start = 0; count < GridEngineShape.Known;)
        {
            var length = line[start..].IndexOf(Colon);
            var end = length < 0 ? line.Length : start + length;
            if (!GridEngineShape.Fits((GridEngineField)count, line[start..end]))
            {
                return (false, (GridEngineField)count);
            }

            ends[count++] = end;
            if (length < 0)
            {
                return (count >= Least, (GridEngineField)Math.Min(count, GridEngineShape.Known - 1));
            }

            start = end + 1;
        }

        return (false, BoundCores);
    }

    // Whether a plain reading is the only one. Times in milliseconds are Univa's and Altair's, which write more fields than requests with
    // colons could add without a misfit. Otherwise the last two fields tell how many there are, which no user writes.
    private static bool IsCertain(ReadOnlySpan<byte> line, int[] ends, int count)
    {
        ReadOnlySpan<byte> Field(ReadOnlySpan<byte> of, int field) => of[(ends[field - 1] + 1)..ends[field]];
        var latest = 0L;
        for (var time = SubmissionTime; time <= EndTime; time++)
        {
            latest = Math.Max(latest, GridEngineLine.ToWhole(Field(line, (int)time)));
        }

        return latest is 0 or >= LeastMilliseconds || count == (IsReservation(Field(line, count - 2), Field(line, count - 1)) ? WithReservation
            : GridEngineShape.IsNumber(Field(line, count - 1)) ? Least : WithClass);
    }

    private static bool IsReservation(ReadOnlySpan<byte> id, ReadOnlySpan<byte> time) => GridEngineShape.IsWhole(id) && GridEngineShape.IsWhole(time);

    /// <summary>All readings of a line with colons where none should be.</summary>
    private ref struct Readings
    {
        private readonly ReadOnlySpan<byte> line;
        private readonly int[] cuts;
        private readonly int plain;
        private (int Number, int Priority, int Iow) first;

        /// <param name="line">The record.</param>
        /// <param name="pieces">What its colons make of it.</param>
        /// <param name="plain">How many fields it has where each piece is one; 0 where that does not fit.</param>
        public Readings(ReadOnlySpan<byte> line, int pieces, int plain)
        {
            this.line = line;
            this.plain = plain;
            cuts = new int[pieces];
            for (int i = 0, from = 0; i < pieces; i++)
            {
                var length = line[from..].IndexOf(Colon);
                cuts[i] = length < 0 ? line.Length : from + length;
                from = cuts[i] + 1;
            }
        }

        public int Found { get; private set; }

        public void Find()
        {
            for (var priority = (int)Priority; priority + Iow - Priority < cuts.Length && Found < 2; priority++)
            {
                if (FitAll(priority, Priority, Io))
                {
                    FindEnds(priority);
                }
            }
        }

        /// <summary>Gives the ends of the fields of the one reading, and how many there are.</summary>
        public readonly int Take(int[] ends)
        {
            var count = 0;
            for (var piece = 0; piece <= (int)Owner; piece++)
            {
                ends[count++] = cuts[piece];
            }

            ends[count++] = cuts[first.Number - 1];
            ends[count++] = cuts[first.Number];
            ends[count++] = cuts[first.Priority - 1];
            for (var piece = first.Priority; count < (int)Category; piece++)
            {
                ends[count++] = cuts[piece];
            }

            ends[count++] = cuts[first.Iow - 1];
            var behind = cuts.Length - first.Iow;
            var most = behind <= WithCommand - (int)Iow || behind == GridEngineShape.Known - (int)Iow ? behind : Cwd - Iow;
            for (var piece = first.Iow; piece < first.Iow + most; piece++)
            {
                ends[count++] = cuts[piece];
            }

            return count;
        }

        private void FindEnds(int priority)
        {
            var inSeconds = GridEngineLine.ToWhole(Piece(priority + SubmissionTime - Priority)) < LeastMilliseconds;
            var least = priority + Iow - Priority;
            if (!inSeconds)
            {
                for (var iow = least; iow + SubmitHost - Iow <= cuts.Length; iow++)
                {
                    Add(priority, iow, MaxPss);
                }

                return;
            }

            foreach (var last in new[] { MaxVmem, ArSubmissionTime, JobClass })
            {
                var iow = cuts.Length - 1 - (last - Iow);
                if (iow >= least && (last != JobClass || !IsReservation(Piece(cuts.Length - 2), Piece(cuts.Length - 1))))
                {
                    Add(priority, iow, last);
                }
            }

            if (priority == (int)Priority && plain > WithClass)
            {
                Add(priority, (int)Iow, MaxVmem);
            }
        }

        private void Add(int priority, int iow, GridEngineField last)
        {
            if (!FitAll(iow, Iow, last))
            {
                return;
            }

            for (var number = (int)JobNumber; number < priority - 1; number++)
            {
                if (GridEngineShape.Fits(JobNumber, Piece(number)))
                {
                    first = Found++ == 0 ? (number, priority, iow) : first;
                }
            }
        }

        private readonly ReadOnlySpan<byte> Piece(int piece) => line[(piece == 0 ? 0 : cuts[piece - 1] + 1)..cuts[piece]];

        private readonly bool FitAll(int piece, GridEngineField from, GridEngineField to)
        {
            for (var field = from; field <= to; field++, piece++)
            {
                if (piece >= cuts.Length || !GridEngineShape.Fits(field, Piece(piece)))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
