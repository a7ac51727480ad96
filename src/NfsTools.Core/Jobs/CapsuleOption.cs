namespace NfsTools.Jobs;

/// <summary>What the value of an option of a known command is.</summary>
internal enum CapsuleOption
{
    /// <summary>No file.</summary>
    Valued,

    /// <summary>An input.</summary>
    Input,

    /// <summary>An input where it is there by that name; the command looks for it elsewhere, too.</summary>
    Searched,

    /// <summary>The output.</summary>
    Output,

    /// <summary>An output besides the others.</summary>
    Beside,

    /// <summary>The directory that outputs go into.</summary>
    Target,

    /// <summary>The directory that the words behind it are in.</summary>
    Base,
}
