using System.Text;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>
/// Finds the fields of a line of jobcomp/filetxt, whose keys always stand in the same order (jobcomp_filetxt.c, JOB_FORMAT, of Slurm
/// 17.11 to 26.05). Nothing in it is escaped, and a job's name, directory and WcKey may hold keys: the line is read only where all
/// readings of it that are in order agree in everything that users do not choose. The true one is always among them.
/// </summary>
internal ref struct SlurmJobcompSplitter
{
    // So many readings no line has that is not made to have them.
    private const int MostReadings = 1000;
    private const int Shown = 40;

    private readonly ReadOnlySpan<byte> line;
    private readonly SlurmContext context;
    private readonly int[] places;
    private int[]? found;
    private int readings;
    private string reason = "its keys are not those of a record";

    private SlurmJobcompSplitter(ReadOnlySpan<byte> line, SlurmContext context, int[] places)
    {
        this.line = line;
        (this.context, this.places) = (context, places);
    }

    private enum Column
    {
        JobId, User, Uid, Group, Gid, Name, State, Partition, TimeLimit, Start, End, NodeList, NodeCount, Processors, WorkDir, Reservation, Tres, Gres,
        Account, Qos, WcKey, Cluster, Submit, Eligible, ArrayJobId, ArrayTaskId, HetJobId, HetOffset, DerivedExit, Exit,
    }

    /// <summary>The columns of a line, as sacct(1) calls them where it has them.</summary>
    public static string[] Names { get; } =
    [
        "JobID", "User", "UID", "Group", "GID", "JobName", "State", "Partition", "TimelimitRaw", "Start", "End", "NodeList", "NNodes", "NCPUS", "WorkDir", "Reservation", "ReqTRES", "Gres",
        "Account", "QOS", "WCKey", "Cluster", "Submit", "Eligible", "ArrayJobID", "ArrayTaskID", "HetJobID", "HetJobOffset", "DerivedExitCode", "ExitCode",
    ];

    /// <summary>Finds the fields.</summary>
    /// <param name="line">The line.</param>
    /// <param name="context">The columns of <see cref="Names"/>.</param>
    /// <param name="places">Receives where each field begins and how long it is, by turns.</param>
    /// <returns>Why it is no record; null where it is one.</returns>
    public static string? Split(ReadOnlySpan<byte> line, SlurmContext context, int[] places)
    {
        places.AsSpan(0, 2 * Names.Length).Clear();
        return new SlurmJobcompSplitter(line.TrimEnd(" \r\n"u8), context, places).Split();
    }

    private string? Split()
    {
        var at = 0;
        if (!TakeWord(ref at, "JobId="u8, Column.JobId) || !TakeOwner(ref at, " UserId="u8, " GroupId="u8, Column.User, Column.Uid) || !TakeOwner(ref at, " GroupId="u8, " Name="u8, Column.Group, Column.Gid))
        {
            return reason;
        }

        at += " Name="u8.Length;
        var answer = TakeEnd(at, out var end) ? Search(at, end) : reason;
        if (answer is not null || found is null)
        {
            return answer ?? reason;
        }

        found.AsSpan(0, 2 * Names.Length).CopyTo(places);
        return null;
    }

    // What no user writes stands behind the last cluster.
    private bool TakeEnd(int from, out int end)
    {
        var cluster = line[from..].LastIndexOf(" Cluster="u8);
        end = from + Math.Max(0, cluster);
        var at = end;
        if (cluster < 0)
        {
            reason = "it has no Cluster=: it was cut, or is of Slurm before 17.11, which told no submit time";
            return false;
        }

        if (!TakeWord(ref at, " Cluster="u8, Column.Cluster) || !TakeWord(ref at, " SubmitTime="u8, Column.Submit) || !TakeWord(ref at, " EligibleTime="u8, Column.Eligible))
        {
            return false;
        }

        var array = !line[at..].StartsWith(" ArrayJobId="u8) || (TakeWord(ref at, " ArrayJobId="u8, Column.ArrayJobId) && TakeWord(ref at, " ArrayTaskId="u8, Column.ArrayTaskId));
        var het = line[at..].StartsWith(" HetJobId="u8) ? TakeWord(ref at, " HetJobId="u8, Column.HetJobId) && TakeWord(ref at, " HetJobOffset="u8, Column.HetOffset)
            : !line[at..].StartsWith(" PackJobId="u8) || (TakeWord(ref at, " PackJobId="u8, Column.HetJobId) && TakeWord(ref at, " PackJobOffset="u8, Column.HetOffset));
        if (!array || !het || !TakeWord(ref at, " DerivedExitCode="u8, Column.DerivedExit) || !TakeWord(ref at, " ExitCode="u8, Column.Exit))
        {
            return false;
        }

        reason = at < line.Length ? "something stands behind its exit code" : reason;
        return at == line.Length;
    }

    private string? Search(int name, int end)
    {
        for (var state = Next(name, end, " JobState="u8); state >= 0; state = Next(state + 1, end, " JobState="u8))
        {
            var at = state;
            if (!TakeMiddle(ref at))
            {
                continue;
            }

            Set(Column.Name, name, state);
            for (var reservation = Next(at, end, " ReservationName="u8); reservation >= 0; reservation = Next(reservation + 1, end, " ReservationName="u8))
            {
                Set(Column.WorkDir, at, reservation);
                if (SearchAccount(reservation, end) is { } answer)
                {
                    return answer;
                }
            }
        }

        return null;
    }

    private bool TakeMiddle(ref int at)
    {
        if (!TakeWord(ref at, " JobState="u8, Column.State) || !TakeWord(ref at, " Partition="u8, Column.Partition) || !TakeWord(ref at, " TimeLimit="u8, Column.TimeLimit)
            || !TakeWord(ref at, " StartTime="u8, Column.Start) || !TakeWord(ref at, " EndTime="u8, Column.End) || !TakeWord(ref at, " NodeList="u8, Column.NodeList)
            || !TakeWord(ref at, " NodeCnt="u8, Column.NodeCount) || !TakeWord(ref at, " ProcCnt="u8, Column.Processors) || !line[at..].StartsWith(" WorkDir="u8))
        {
            return false;
        }

        at += " WorkDir="u8.Length;
        return true;
    }

    private string? SearchAccount(int at, int end)
    {
        Set(Column.Tres, 0, 0);
        Set(Column.Gres, 0, 0);
        if (!TakeWord(ref at, " ReservationName="u8, Column.Reservation)
            || !(line[at..].StartsWith(" Gres="u8) ? TakeWord(ref at, " Gres="u8, Column.Gres) : TakeWord(ref at, " Tres="u8, Column.Tres)) || !line[at..].StartsWith(" Account="u8))
        {
            return null;
        }

        var account = at + " Account="u8.Length;
        for (var qos = Next(account, end, " QOS="u8); qos >= 0; qos = Next(qos + 1, end, " QOS="u8))
        {
            at = qos;
            if (!TakeWord(ref at, " QOS="u8, Column.Qos) || !line[at..].StartsWith(" WcKey="u8) || at + " WcKey="u8.Length > end)
            {
                continue;
            }

            Set(Column.Account, account, qos);
            Set(Column.WcKey, at + " WcKey="u8.Length, end);
            if (Take() is { } answer)
            {
                return answer;
            }
        }

        return null;
    }

    private string? Take()
    {
        if (++readings > MostReadings)
        {
            return "its keys can be read in too many ways";
        }

        for (var column = 0; found is not null && column < Names.Length; column++)
        {
            if ((Column)column is not (Column.Name or Column.WorkDir or Column.WcKey) && !Field(found, column).SequenceEqual(Field(places, column)))
            {
                return $"{Names[column]} can be read in two ways, because a text of a user holds keys";
            }
        }

        found ??= [.. places];
        return null;
    }

    private readonly ReadOnlySpan<byte> Field(int[] fields, int column) => line.Slice(fields[2 * column], fields[(2 * column) + 1]);

    private readonly int Next(int from, int end, ReadOnlySpan<byte> key) => from < end && line[from..end].IndexOf(key) is >= 0 and var at ? from + at : -1;

    private readonly void Set(Column column, int from, int to) => (places[2 * (int)column], places[(2 * (int)column) + 1]) = (from, to - from);

    // A name that the system gave, which may hold blanks, and its number in brackets.
    private bool TakeOwner(ref int at, ReadOnlySpan<byte> key, ReadOnlySpan<byte> next, Column name, Column number)
    {
        var from = at + key.Length;
        if (!line[at..].StartsWith(key) || line[from..].IndexOf((byte[])[(byte)')', .. next]) is not (> 0 and var length) || line.Slice(from, length).LastIndexOf((byte)'(') is not (>= 0 and var bracket))
        {
            return false;
        }

        // printf's word for a user whom the system no longer knew.
        Set(name, from, line.Slice(from, bracket).SequenceEqual("(null)"u8) ? from : from + bracket);
        Set(number, from + bracket + 1, from + length);
        at = from + length + 1;
        return Fits(number);
    }

    private bool TakeWord(ref int at, ReadOnlySpan<byte> key, Column column)
    {
        if (!line[at..].StartsWith(key))
        {
            return false;
        }

        var from = at + key.Length;
        var length = line[from..].IndexOfAny(" \n"u8);
        at = length < 0 ? line.Length : from + length;
        Set(column, from, at);
        return Fits(column);
    }

    private bool Fits(Column column)
    {
        var field = Field(places, (int)column);
        if (SlurmValue.Fits(context.ShapeOf[(int)column], field) && !(field.IsEmpty && context.ShapeOf[(int)column] == SlurmShape.Whole))
        {
            return true;
        }

        reason = $"{Names[(int)column]} is \"{Encoding.ASCII.GetString(field[..Math.Min(field.Length, Shown)])}\"";
        return false;
    }
}
