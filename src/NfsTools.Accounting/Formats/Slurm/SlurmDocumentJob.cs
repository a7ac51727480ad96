using System.Text;
using System.Text.Json;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>Reads a job in JSON as the row that sacct(1) would print of it.</summary>
internal ref struct SlurmDocumentJob
{
    private static readonly int Id = SlurmDocumentKey.Column("JobID");
    private static readonly int RawId = SlurmDocumentKey.Column("JobIDRaw");
    private static readonly int State = SlurmDocumentKey.Column("State");
    private static readonly int Exit = SlurmDocumentKey.Column("ExitCode");
    private static readonly int Start = SlurmDocumentKey.Column("Start");
    private static readonly int End = SlurmDocumentKey.Column("End");

    private readonly long?[] kept = new long?[Enum.GetValues<SlurmDocumentKept>().Length];
    private SlurmDocumentText text = new(SlurmDocumentKey.Columns.Length);
    private ReadOnlySpan<byte> tasks;
    private ReadOnlySpan<byte> type;
    private ReadOnlySpan<byte> name;
    private long? count;
    private bool hasSteps;

    public SlurmDocumentJob()
    {
    }

    /// <summary>Reads a job.</summary>
    /// <param name="json">The object, from its bracket to its bracket.</param>
    /// <param name="isJobcomp">Whether a jobcomp plugin wrote it.</param>
    /// <param name="reason">Why it is no job; null where it is one.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static SlurmDocumentText Read(ReadOnlySpan<byte> json, bool isJobcomp, out string? reason)
    {
        var job = new SlurmDocumentJob();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        job.Visit(ref reader, SlurmDocumentKey.Root);
        reader.Read();
        job.Finish(isJobcomp);
        reason = !SlurmHead.IsId(job.text.Field(Id)) ? "no job of sacct's or of a jobcomp plugin: it has no number"
            : SlurmStates.Find(job.text.Field(State)) is null ? $"no job of sacct's or of a jobcomp plugin: its state is \"{Encoding.ASCII.GetString(job.text.Field(State))}\""
            : null;
        return job.text;
    }

    private long? this[SlurmDocumentKept number]
    {
        readonly get => kept[(int)number];
        set => kept[(int)number] = value;
    }

    private void Visit(ref Utf8JsonReader json, SlurmDocumentKey key)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject when key.HasChildren:
                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    if (key.Find(ref json) is { } child)
                    {
                        hasSteps |= child.Use == SlurmDocumentUse.KeptSeconds && child.Target >= (int)SlurmDocumentKept.StepUser;
                        json.Read();
                        Visit(ref json, child);
                    }
                    else
                    {
                        json.Skip();
                    }
                }

                TakeResource(key);
                break;
            case JsonTokenType.StartArray:
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    Visit(ref json, key);
                }

                break;
            default:
                Take(ref json, key);
                break;
        }
    }

    private void Take(ref Utf8JsonReader json, SlurmDocumentKey key)
    {
        switch (key.Use)
        {
            case SlurmDocumentUse.Text when json.TokenType is JsonTokenType.String or JsonTokenType.Number:
                // A flag stands behind the state that it says more of: sacct's text has the flag. A reservation's name is a number in 22.05.
                if (json.TokenType == JsonTokenType.String || key.Target == RawId)
                {
                    var from = text.Length;
                    text.Add(ref json);
                    text.Set(key.Target, from);
                }

                break;
            case SlurmDocumentUse.Tasks or SlurmDocumentUse.ResourceType or SlurmDocumentUse.ResourceName when json.TokenType == JsonTokenType.String:
                tasks = key.Use == SlurmDocumentUse.Tasks ? json.ValueSpan : tasks;
                type = key.Use == SlurmDocumentUse.ResourceType ? json.ValueSpan : type;
                name = key.Use == SlurmDocumentUse.ResourceName ? json.ValueSpan : name;
                break;
            default:
                if (SlurmDocumentNumber.Read(ref json) is { } number)
                {
                    Take(key, number);
                }

                break;
        }
    }

    private void Take(SlurmDocumentKey key, long number)
    {
        switch (key.Use)
        {
            case SlurmDocumentUse.Number:
                Put(key.Target, number);
                break;
            case SlurmDocumentUse.Minutes:
                Put(key.Target, number / 60);
                break;
            case SlurmDocumentUse.Seconds:
                PutDuration(key.Target, SlurmDocumentNumber.Microseconds(number));
                break;
            case SlurmDocumentUse.Kept:
                kept[key.Target] = number;
                break;
            case SlurmDocumentUse.KeptSeconds:
                kept[key.Target] = (kept[key.Target] ?? 0) + SlurmDocumentNumber.Microseconds(number);
                break;
            case SlurmDocumentUse.KeptMicroseconds:
                kept[key.Target] = (kept[key.Target] ?? 0) + Math.Min(number, int.MaxValue);
                break;
            case SlurmDocumentUse.ResourceCount:
                count = number;
                break;
        }
    }

    // An entry as in sacct's text: gres/gpu:a100=2, mem=1000M.
    private void TakeResource(SlurmDocumentKey key)
    {
        var isMemory = type.SequenceEqual("mem"u8);
        if (key.Use == SlurmDocumentUse.Resource && !type.IsEmpty && count is not null)
        {
            var list = text.Field(key.Target);
            var from = list.IsEmpty ? text.Length : text.Length - list.Length;
            text.Add(list.IsEmpty ? [] : ","u8);
            text.Add(type);
            text.Add(name.IsEmpty ? [] : "/"u8);
            text.Add(name);
            text.Add("="u8);
            text.Add(count.Value);
            text.Add(isMemory ? "M"u8 : []);
            text.Set(key.Target, from);
        }
        else if (key.Use == SlurmDocumentUse.StepResource && isMemory && count is not null)
        {
            this[SlurmDocumentKept.Peak] = Math.Max(this[SlurmDocumentKept.Peak] ?? 0, count.Value);
        }

        type = [];
        name = [];
        count = null;
    }

    private void Finish(bool isJobcomp)
    {
        PutId();
        CorrectStart();
        if (this[SlurmDocumentKept.Code] is { } || this[SlurmDocumentKept.Signal] is { })
        {
            var from = text.Length;
            text.Add(this[SlurmDocumentKept.Code] ?? 0);
            text.Add(":"u8);
            text.Add(this[SlurmDocumentKept.Signal] ?? 0);

            // 22.05 gives 0 for jobs that failed.
            var isUnknown = text.Field(State).SequenceEqual("FAILED"u8) && this[SlurmDocumentKept.Code] is 0 or null && this[SlurmDocumentKept.Signal] is 0 or null;
            text.Set(Exit, isUnknown ? text.Length : from);
        }

        // sacct sums steps up for its text; in JSON, older versions leave that to who reads it. Without steps 0 says nothing: nobody summed.
        var (user, system, total) = hasSteps ? (this[SlurmDocumentKept.StepUser], this[SlurmDocumentKept.StepSystem], this[SlurmDocumentKept.StepTotal])
            : (NotZero(SlurmDocumentKept.User), NotZero(SlurmDocumentKept.System), NotZero(SlurmDocumentKept.Total));
        if (user is > 0 || system is > 0 || total is null or 0)
        {
            PutDuration(SlurmDocumentKey.Column("UserCPU"), user);
            PutDuration(SlurmDocumentKey.Column("SystemCPU"), system);
        }

        PutDuration(SlurmDocumentKey.Column("TotalCPU"), total);
        if (this[SlurmDocumentKept.Peak] is { } peak)
        {
            Put(SlurmDocumentKey.Column("MaxRSS"), peak);
        }

        // What jobcomp/kafka sends when a job starts has no state.
        if (isJobcomp && text.Field(State).IsEmpty && text.Field(End).IsEmpty)
        {
            var from = text.Length;
            text.Add("RUNNING"u8);
            text.Set(State, from);
        }
    }

    private readonly long? NotZero(SlurmDocumentKept number) => this[number] is 0 ? null : this[number];

    // As sacct's text has it: 12_3, 12_[1-3], 195+1.
    private void PutId()
    {
        var from = text.Length;
        if (text.Field(RawId).IsEmpty)
        {
            return;
        }

        if (this[SlurmDocumentKept.Array] is > 0 and var array && (this[SlurmDocumentKept.Task] is { } || !tasks.IsEmpty))
        {
            text.Add(array);
            text.Add(this[SlurmDocumentKept.Task] is null ? "_["u8 : "_"u8);
            if (this[SlurmDocumentKept.Task] is { } task)
            {
                text.Add(task);
            }
            else
            {
                text.Add(tasks);
                text.Add("]"u8);
            }
        }
        else if (this[SlurmDocumentKept.Het] is > 0 and var het && this[SlurmDocumentKept.Offset] is { } offset)
        {
            text.Add(het);
            text.Add("+"u8);
            text.Add(offset);
        }
        else
        {
            text.Copy(RawId);
        }

        text.Set(Id, from);
    }

    // 21.08 writes the time it was eligible as its start, too (dbv0.0.37, parse_job). How long it ran is right.
    private void CorrectStart()
    {
        if (text.Field(Start).SequenceEqual(text.Field(SlurmDocumentKey.Column("Eligible"))) && SlurmValue.Whole(text.Field(Start)) is { } start
            && SlurmValue.Whole(text.Field(End)) - SlurmValue.Whole(text.Field(SlurmDocumentKey.Column("ElapsedRaw"))) - (long)(SlurmValue.Duration(text.Field(SlurmDocumentKey.Column("Suspended"))) ?? 0) is { } ran && ran > start)
        {
            Put(Start, ran);
        }
    }

    private void Put(int column, long number)
    {
        var from = text.Length;
        text.Add(number);
        text.Set(column, from);
    }

    private void PutDuration(int column, long? microseconds)
    {
        if (microseconds is { } some)
        {
            var from = text.Length;
            text.AddDuration(some);
            text.Set(column, from);
        }
    }
}
