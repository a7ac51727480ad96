namespace NfsTools.Accounting.Model;

/// <summary>How a measure of several jobs follows from theirs.</summary>
public enum MeasureRule
{
    /// <summary>They add up.</summary>
    Sum,

    /// <summary>The largest counts.</summary>
    Largest,

    /// <summary>The smallest counts.</summary>
    Smallest,

    /// <summary>Jobs that ran already when a time began: those of the first day of the time count.</summary>
    AtBeginning,
}
