using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Watching;

namespace NfsTools.Accounting.Store;

/// <summary>A stretch of a generation, divided into units, that is to be stored in one transaction with its position.</summary>
internal sealed record CommitBatch
{
    public required string Cluster { get; init; }

    public required IAccountingFormat Format { get; init; }

    /// <summary>The log the generation belongs to.</summary>
    public required string LivePath { get; init; }

    /// <summary>The name the generation was found under.</summary>
    public required string Path { get; init; }

    public required LogGeneration Generation { get; init; }

    /// <summary>Where the stretch begins: the generation's position before the commit.</summary>
    public required long Start { get; init; }

    /// <summary>The bytes the units cover.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The units, without gap or overlap.</summary>
    public required IReadOnlyList<RecordUnit> Units { get; init; }

    /// <summary>The bytes as they are kept, in pieces; null where they are few, and joined with others. Whoever asks first compresses them.</summary>
    public IReadOnlyList<PackedBytes>? Packed => Data.Length < PackedBytes.Small ? null : field ??= PackedBytes.Pieces(Data, Units);

    /// <summary>Whether nothing of it is stored unless all records are new.</summary>
    public bool NewOnly { get; init; }

    /// <summary>What a command was asked that answered with it; null for what is no answer, or was stored as one before.</summary>
    public AnsweredTime? Answered { get; init; }

    /// <summary>The columns of the jobs among the units; where they were not taken while reading, whoever asks first has them taken from the records.</summary>
    public JobRows Jobs
    {
        get => field ??= JobRows.Of(Units.Select(u => u.Record));
        init;
    }

    /// <summary>The time stamp of when the log was read, where that matters to the reader's lease.</summary>
    public long ReadAt { get; init; }
}

/// <summary>What a commit added.</summary>
/// <param name="Records">Records new to the store.</param>
/// <param name="Duplicates">Records the store had already.</param>
/// <param name="Rejects">Stretches that could not be read.</param>
internal readonly record struct CommitResult(long Records, long Duplicates, long Rejects);

/// <summary>Not all records of a batch were new, as they should be; nothing was stored.</summary>
/// <param name="outcomes">What the store says of each record.</param>
internal sealed class NotNewException(IReadOnlyList<CommitOutcome> outcomes) : Exception("the store has some of the records")
{
    public IReadOnlyList<CommitOutcome> Outcomes => outcomes;
}

/// <summary>What became of a record.</summary>
internal enum CommitOutcome
{
    /// <summary>It is new to the store.</summary>
    Added,

    /// <summary>The store has it.</summary>
    Duplicate,

    /// <summary>The store has another one of its key.</summary>
    Conflict,
}

/// <summary>Another process has moved the generation on: what was read must be read again from where it is now.</summary>
internal sealed class StoreMovedException() : Exception("the store was changed by another process");
