namespace NfsTools.Accounting.Model;

/// <summary>What a column of a job holds.</summary>
public enum ColumnKind
{
    /// <summary>A text that comes again and again, such as a user: jobs can be grouped and picked by it.</summary>
    Text,

    /// <summary>A text that is mostly unlike others, such as a command.</summary>
    FreeText,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>A number.</summary>
    Real,

    /// <summary>A time, in whole seconds since 1970-01-01 UTC.</summary>
    Time,
}
