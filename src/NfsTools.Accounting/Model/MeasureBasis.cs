namespace NfsTools.Accounting.Model;

/// <summary>What of jobs belongs to a time.</summary>
public enum MeasureBasis
{
    /// <summary>Whole jobs, when they ended: what accounting charges, and bacct's way.</summary>
    Ended,

    /// <summary>What was used in the time: jobs are cut at its borders, and at midnight.</summary>
    Used,
}
