namespace NfsTools.Accounting.Store;

/// <summary>The store's name leads to another file than the one in use, or to none.</summary>
internal sealed class StoreGoneException(string message, string remedy) : NfsToolsException(message, remedy);
