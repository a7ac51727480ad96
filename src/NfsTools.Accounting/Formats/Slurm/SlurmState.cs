namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>A state of a job.</summary>
/// <param name="Word">Slurm's word.</param>
/// <param name="Name">It in UTF-8.</param>
/// <param name="Ended">What it means, in UTF-8; null for a state of jobs that have not ended.</param>
internal sealed record SlurmState(string Word, byte[] Name, byte[]? Ended);
