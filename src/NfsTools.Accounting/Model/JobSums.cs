namespace NfsTools.Accounting.Model;

/// <summary>How jobs add up: one rule for reports over records, for the store's roll-up and for its recount.</summary>
internal static class JobSums
{
    private static readonly JobMeasure[] Measures = [.. JobMeasures.All];

    /// <summary>How many numbers there are, one for each of <see cref="JobMeasures.All"/>.</summary>
    public static int Count => Measures.Length;

    /// <summary>Sums of no jobs: there is no largest and no smallest, which is NaN.</summary>
    public static void Clear(Span<double> sums)
    {
        foreach (var measure in Measures)
        {
            sums[measure.Index] = measure.Rule is MeasureRule.Largest or MeasureRule.Smallest ? double.NaN : 0;
        }
    }

    /// <summary>Sums of no jobs.</summary>
    public static double[] None()
    {
        var sums = new double[Count];
        Clear(sums);
        return sums;
    }

    /// <summary>Adds what of a job belongs to a day.</summary>
    public static void Add(Span<double> sums, JobNumbers job, in JobDay day)
    {
        foreach (var measure in Measures)
        {
            if (!day.Ended && measure.Basis == MeasureBasis.Ended)
            {
                continue;
            }

            var value = measure.Value(job, day);
            Add(ref sums[measure.Index], measure.Rule, value);
        }
    }

    /// <summary>Adds the sums of other jobs.</summary>
    public static void Add(Span<double> sums, ReadOnlySpan<double> others)
    {
        foreach (var measure in Measures)
        {
            if (!double.IsNaN(others[measure.Index]))
            {
                Add(ref sums[measure.Index], measure.Rule, others[measure.Index]);
            }
        }
    }

    private static void Add(ref double sum, MeasureRule rule, double value) => sum = rule switch
    {
        MeasureRule.Largest => sum >= value ? sum : value,
        MeasureRule.Smallest => sum <= value ? sum : value,
        _ => sum + value,
    };
}
