namespace NfsTools.TestKit;

/// <summary>How a <see cref="LogWriter"/> writes and rotates.</summary>
public sealed record LogWriterOptions
{
    /// <summary>Rotate after this many records; 0 for never.</summary>
    public int RotateEvery { get; init; }

    /// <summary>The ways to rotate; each rotation draws one.</summary>
    public IReadOnlyList<LogRotation> Rotations { get; init; } = Enum.GetValues<LogRotation>();

    public int Keep { get; init; } = LogRotator.DefaultKeep;

    /// <summary>Write each record in two or three pieces.</summary>
    public bool Torn { get; init; }

    /// <summary>The wait between two pieces, for a reader in another process to see the first alone.</summary>
    public TimeSpan TornPause { get; init; }

    /// <summary>False where millions of records are written and somebody else keeps the truth.</summary>
    public bool KeepTruth { get; init; } = true;
}
