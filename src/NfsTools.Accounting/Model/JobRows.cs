using System.Runtime.InteropServices;
using System.Text;

namespace NfsTools.Accounting.Model;

/// <summary>
/// Jobs ready to be stored: the values of their columns side by side, taken from the records by the thread that reads, so that the
/// one that writes has nothing to read any more. A text that comes again and again is a number here, the same for the same text.
/// Once stored the memory can serve the next ones.
/// </summary>
internal sealed class JobRows
{
    private const int BitsOfWord = 64;
    private static readonly JobColumn[] Columns = [.. JobColumns.Stored];
    private static readonly byte[] Done = Encoding.UTF8.GetBytes(JobState.Done);
    private static readonly int Words = ((Columns.Length - 1) / BitsOfWord) + 1;
    private static readonly int State = JobColumns.State.Place;

    // Texts of more bytes leave no memory behind for the next jobs' texts, and grow by what they need.
    private const int MostKept = 4 << 20;
    private const int LeastBytes = 64 << 10;

    private readonly List<long> values = [];
    private readonly List<ulong> known = [];
    private readonly List<long> hashes = [];
    private readonly List<(int Start, int Length)> texts = [];
    private readonly Dictionary<TextKey, int> textNumbers;
    private readonly int[] last = new int[Columns.Length];
    private readonly Row numbers;
    private readonly Dictionary<int, JobUse> own = [];
    private byte[] bytes = new byte[LeastBytes];
    private int length;

    public JobRows()
    {
        textNumbers = new Dictionary<TextKey, int>(new SameText(this));
        numbers = new Row(this);
        Array.Fill(last, -1);
    }

    /// <summary>How many there are.</summary>
    public int Count => hashes.Count;

    /// <summary>How many different texts the keys have.</summary>
    public int TextCount => texts.Count;

    /// <summary>All texts, one behind the other.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes.AsMemory(0, length);

    /// <summary>The jobs among records, in their order.</summary>
    public static JobRows Of(IEnumerable<AccountingRecord?> records)
    {
        var rows = new JobRows();
        foreach (var record in records)
        {
            if (record is JobRecord job)
            {
                rows.Add(job);
            }
        }

        return rows;
    }

    /// <summary>A text of the keys, by its number.</summary>
    public ReadOnlySpan<byte> Text(int number) => bytes.AsSpan(texts[number].Start, texts[number].Length);

    /// <summary>The same for copies of a record, whatever ends its line.</summary>
    public long ContentHash(int row) => hashes[row];

    /// <summary>The record's type as its log names it.</summary>
    public string RecordType(int row) => Encoding.UTF8.GetString(Text((int)Integer(row, JobColumns.RecordType.Place)));

    /// <summary>What tells a job of a cluster from others.</summary>
    public (long Job, long Submitted, long Ended, long Element) Key(int row) => (
        Integer(row, JobColumns.JobId.Place), Integer(row, JobColumns.SubmitTime.Place), Integer(row, JobColumns.EndTime.Place), Integer(row, JobColumns.ArrayIndex.Place));

    /// <summary>When a job began, in seconds since 1970; null where it never did.</summary>
    public long? StartOf(int row) => IsKnown(row, JobColumns.StartTime.Place) ? Integer(row, JobColumns.StartTime.Place) : null;

    /// <summary>The numbers of a row that its measures are made of.</summary>
    public JobNumbers Numbers(int row)
    {
        numbers.At = row;
        return JobNumbers.Of(numbers, IsKnown(row, State) && Text((int)Integer(row, State)).SequenceEqual(Done));
    }

    /// <summary>Whether a column of <see cref="JobColumns.Stored"/> has a value.</summary>
    public bool IsKnown(int row, int column) => (known[(row * Words) + (column / BitsOfWord)] >> (column % BitsOfWord) & 1) != 0;

    /// <summary>A whole number, a time, or the number of a text of the keys.</summary>
    public long Integer(int row, int column) => values[(row * Columns.Length) + column];

    /// <summary>A number.</summary>
    public double Real(int row, int column) => BitConverter.Int64BitsToDouble(Integer(row, column));

    /// <summary>Where a text that is no key lies in <see cref="Bytes"/>.</summary>
    public (int Start, int Length) Place(int row, int column) => ((int)(Integer(row, column) >> 32), (int)(uint)Integer(row, column));

    /// <summary>Adds a job; nothing here refers to its record. Where a column of it cannot be read, nothing is added.</summary>
    /// <exception cref="InvalidDataException">It lacks a column that every job has, or has a time outside 1970 to 9999, or a number that is infinite or none.</exception>
    public void Add(JobRecord job)
    {
        var (textsBefore, lengthBefore) = (texts.Count, length);
        try
        {
            Read(job);

            // This makes the row one.
            hashes.Add(job.ContentHash);
        }
        catch
        {
            foreach (var (start, size) in texts.Skip(textsBefore))
            {
                textNumbers.Remove(new TextKey(start, size));
            }

            texts.RemoveRange(textsBefore, texts.Count - textsBefore);
            length = lengthBefore;
            Array.Fill(last, -1);
            throw;
        }
    }

    /// <summary>What a job's own record says of its use.</summary>
    public JobUse OwnUse(int row)
    {
        numbers.At = row;
        return own.TryGetValue(row, out var use) ? use : JobUse.Of(numbers);
    }

    /// <summary>Has a job have used what its own record says and its parts, whatever was added to it before.</summary>
    public void Complete(int row, JobUse parts)
    {
        own[row] = OwnUse(row);
        var use = own[row].With(parts);
        foreach (var (column, value) in JobUse.Columns.Zip([Bits(use.UserCpuSeconds), Bits(use.SystemCpuSeconds), use.MaxMemKb, use.MaxSwapKb]))
        {
            values[(row * Columns.Length) + column.Place] = value ?? 0;
            ref var word = ref CollectionsMarshal.AsSpan(known)[(row * Words) + (column.Place / BitsOfWord)];
            var bit = 1UL << (column.Place % BitsOfWord);
            word = value is null ? word & ~bit : word | bit;
        }

        static long? Bits(double? number) => number is { } real ? BitConverter.DoubleToInt64Bits(real) : null;
    }

    /// <summary>Sees that a job could be added: that its columns can be read, and have the values that columns may have.</summary>
    /// <exception cref="InvalidDataException">As of <see cref="Add"/>.</exception>
    public static void Check(JobRecord job)
    {
        foreach (var column in Columns)
        {
            var isKnown = column.Kind switch
            {
                ColumnKind.Text or ColumnKind.FreeText => !job.Utf8(column).IsEmpty,
                ColumnKind.Real => Real(job, column) is not null,
                _ => Whole(job, column) is not null,
            };
            CheckRequired(column, isKnown);
        }
    }

    private void Read(JobRecord job)
    {
        var firstWord = Count * Words;
        CollectionsMarshal.SetCount(known, firstWord + Words);
        var first = Count * Columns.Length;
        CollectionsMarshal.SetCount(values, first + Columns.Length);
        var row = CollectionsMarshal.AsSpan(values)[first..];
        var bits = CollectionsMarshal.AsSpan(known)[firstWord..];
        bits.Clear();
        for (var i = 0; i < Columns.Length; i++)
        {
            var value = Value(job, i);
            CheckRequired(Columns[i], value is not null);
            if (value is { } known)
            {
                row[i] = known;
                bits[i / BitsOfWord] |= 1UL << (i % BitsOfWord);
            }
        }
    }

    /// <summary>Forgets all jobs.</summary>
    public void Clear()
    {
        values.Clear();
        known.Clear();
        hashes.Clear();
        own.Clear();
        texts.Clear();
        textNumbers.Clear();
        Array.Fill(last, -1);
        (bytes, length) = (bytes.Length > MostKept ? new byte[LeastBytes] : bytes, 0);
    }

    private long? Value(JobRecord job, int column)
    {
        var which = Columns[column];
        switch (which.Kind)
        {
            case ColumnKind.Text:
                return job.Utf8(which) is { IsEmpty: false } key ? Number(key, column) : null;
            case ColumnKind.FreeText:
                return job.Utf8(which) is { IsEmpty: false } text ? ((long)Write(text) << 32) | (uint)text.Length : null;
            case ColumnKind.Real:
                return Real(job, which) is { } real ? BitConverter.DoubleToInt64Bits(real) : null;
            default:
                return Whole(job, which);
        }
    }

    private static double? Real(JobRecord job, JobColumn column) =>
        job.Real(column) is var real && double.IsFinite(real ?? 0) ? real : throw new InvalidDataException($"{column.SqlName} is {real}");

    private static long? Whole(JobRecord job, JobColumn column)
    {
        var whole = job.Integer(column);
        if (column.Kind == ColumnKind.Time)
        {
            AccountingRecord.CheckTime(whole ?? 0, column.SqlName);
        }

        return whole;
    }

    private static void CheckRequired(JobColumn column, bool isKnown)
    {
        if (!isKnown && column.IsRequired)
        {
            throw new InvalidDataException($"it has no {column.SqlName}");
        }
    }

    // The next job's text is the last one's as a rule.
    private int Number(ReadOnlySpan<byte> text, int column)
    {
        if (last[column] >= 0 && Text(last[column]).SequenceEqual(text))
        {
            return last[column];
        }

        var key = new TextKey(Write(text), text.Length);
        if (textNumbers.TryGetValue(key, out var number))
        {
            length = key.Start;
        }
        else
        {
            textNumbers[key] = number = texts.Count;
            texts.Add((key.Start, key.Length));
        }

        return last[column] = number;
    }

    private int Write(ReadOnlySpan<byte> text)
    {
        if (bytes.Length - length < text.Length)
        {
            Array.Resize(ref bytes, Math.Max(Math.Min(bytes.Length * 2, bytes.Length + MostKept), length + text.Length));
        }

        text.CopyTo(bytes.AsSpan(length));
        length += text.Length;
        return length - text.Length;
    }

    private sealed class Row(JobRows rows) : IJobValues
    {
        public int At { get; set; }

        public long? Integer(JobColumn column) => rows.IsKnown(At, column.Place) ? rows.Integer(At, column.Place) : null;

        public double? Real(JobColumn column) => rows.IsKnown(At, column.Place) ? rows.Real(At, column.Place) : null;
    }

    private readonly record struct TextKey(int Start, int Length);

    private sealed class SameText(JobRows rows) : IEqualityComparer<TextKey>
    {
        public bool Equals(TextKey x, TextKey y) => At(x).SequenceEqual(At(y));

        // Keyed anew in each process: nobody can choose texts that collide.
        public int GetHashCode(TextKey obj)
        {
            var hash = new HashCode();
            hash.AddBytes(At(obj));
            return hash.ToHashCode();
        }

        private ReadOnlySpan<byte> At(TextKey key) => rows.bytes.AsSpan(key.Start, key.Length);
    }
}
