namespace NfsTools.Accounting.Model;

/// <summary>One metric over a number of jobs.</summary>
/// <param name="Total">The sum.</param>
/// <param name="Maximum">The largest of a job; 0 without jobs.</param>
/// <param name="Minimum">The smallest of a job; 0 without jobs.</param>
public readonly record struct MetricSummary(double Total, double Maximum, double Minimum);
