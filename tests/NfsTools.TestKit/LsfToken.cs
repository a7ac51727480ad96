namespace NfsTools.TestKit;

/// <summary>Where a field lies in a record's bytes; a quoted one with its quotes.</summary>
internal readonly record struct LsfToken(int Start, int End, bool Quoted);
