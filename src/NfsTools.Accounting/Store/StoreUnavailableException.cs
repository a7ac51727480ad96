namespace NfsTools.Accounting.Store;

/// <summary>The store cannot be used now but may be later: the disk is full, the database is away, a connection was lost.</summary>
internal sealed class StoreUnavailableException(string message, string remedy, Exception? inner = null) : NfsToolsException(message, remedy, inner);
