using System.Text.Json;

namespace NfsTools.Accounting.Model;

/// <summary>A column of a job: a row of <see cref="JobColumns"/>.</summary>
public sealed class JobColumn
{
    internal JobColumn(int index, string name, ColumnKind kind, string help)
    {
        (Index, Name, Kind, Help) = (index, name, kind, help);
        SqlName = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
    }

    /// <summary>Its name in JSON and CSV and for <c>--columns</c>, e.g. <c>userCpuSeconds</c>; a name that ends in Seconds, Kb or Joules says the unit.</summary>
    public string Name { get; }

    /// <summary>What it holds.</summary>
    public ColumnKind Kind { get; }

    /// <summary>What it is, in a sentence.</summary>
    public string Help { get; }

    /// <summary>Whether it follows from others, and is in no table.</summary>
    internal bool IsDerived => Formula is not null;

    /// <summary>Whether jobs can be grouped and picked by its values.</summary>
    internal bool IsKey => Kind == ColumnKind.Text;

    /// <summary>Whether jobs can be picked by its values.</summary>
    public bool CanFilter => Kind is ColumnKind.Text or ColumnKind.FreeText || IsCode;

    /// <summary>Its place in <see cref="JobColumns.All"/>.</summary>
    internal int Index { get; }

    /// <summary>Its place in <see cref="JobColumns.Stored"/>; -1 for what is not stored.</summary>
    internal int Place { get; init; } = -1;

    /// <summary>Its name in the store, e.g. <c>user_cpu_seconds</c>.</summary>
    internal string SqlName { get; }

    /// <summary>What holds it in the table of jobs: a text that comes again is a number of the dictionary there.</summary>
    internal string StoredName => Kind == ColumnKind.Text ? SqlName + "_id" : SqlName;

    /// <summary>Every job has it.</summary>
    internal bool IsRequired { get; init; }

    /// <summary>A whole number that stands for something, such as an exit code.</summary>
    internal bool IsCode { get; init; }

    /// <summary>How it follows from other columns of the table of jobs, in SQL; null for what is stored.</summary>
    internal string? Formula { get; init; }

    /// <summary>The same from a record, where it is a whole number.</summary>
    internal Func<JobRecord, long?>? Whole { get; init; }

    /// <summary>The same from a record, where it is any number.</summary>
    internal Func<JobRecord, double?>? Number { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
