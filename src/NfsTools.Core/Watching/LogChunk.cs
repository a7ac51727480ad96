namespace NfsTools.Watching;

/// <summary>Bytes of a log that were not read yet.</summary>
/// <param name="Data">The bytes.</param>
/// <param name="Ended">The file ended behind them.</param>
/// <param name="Final">Nothing will follow, and nothing will be filled in: an unfinished line is all there is of it.</param>
/// <param name="AcceptNuls">NUL bytes among them are damage; otherwise they are data that its writer's host has not written back yet.</param>
/// <param name="Remaining">How many bytes of the file are behind them.</param>
internal sealed record LogChunk(ReadOnlyMemory<byte> Data, bool Ended, bool Final, bool AcceptNuls, long Remaining);
