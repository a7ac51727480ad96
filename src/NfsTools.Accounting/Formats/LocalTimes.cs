namespace NfsTools.Accounting.Formats;

/// <summary>Which times in a format's records are local ones, which mean nothing without a time zone.</summary>
internal enum LocalTimes
{
    /// <summary>None: a time zone does nothing.</summary>
    None,

    /// <summary>Some that no job is counted by: a time zone can be named.</summary>
    Some,

    /// <summary>Those that jobs are counted by: a time zone must be named.</summary>
    All,
}
