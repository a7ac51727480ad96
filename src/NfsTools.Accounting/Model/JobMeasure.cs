using System.Text.Json;

namespace NfsTools.Accounting.Model;

/// <summary>Something of jobs that adds up over many of them: a row of <see cref="JobMeasures"/>.</summary>
public sealed class JobMeasure
{
    internal JobMeasure(int index, string name, MeasureBasis basis, MeasureRule rule, string help, Func<JobNumbers, JobDay, double> value, string? sql)
    {
        (Index, Name, Basis, Rule, Help, Value, Sql) = (index, name, basis, rule, help, value, sql);
        SqlName = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
    }

    /// <summary>Its name in JSON and CSV, e.g. <c>slotSeconds</c>; a name that ends in Seconds or Kb says the unit.</summary>
    public string Name { get; }

    /// <summary>What of a job belongs to a time.</summary>
    public MeasureBasis Basis { get; }

    /// <summary>How it adds up.</summary>
    public MeasureRule Rule { get; }

    /// <summary>What it is, in a sentence.</summary>
    public string Help { get; }

    /// <summary>Its place in <see cref="JobMeasures.All"/>.</summary>
    internal int Index { get; }

    /// <summary>Its column in the store's roll-up, e.g. <c>slot_seconds</c>.</summary>
    internal string SqlName { get; }

    /// <summary>Its value of a job, on a day.</summary>
    internal Func<JobNumbers, JobDay, double> Value { get; }

    /// <summary>The same of a whole job, from the columns of the table of jobs; null for what is cut at midnight, which no SQL does.</summary>
    internal string? Sql { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
