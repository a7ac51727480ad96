using System.Security.Cryptography;
using System.Text;

namespace NfsTools.Accounting.Model;

/// <summary>
/// What it takes beside their bytes to read the records of one generation of a log, such as the order of the columns. A format makes it
/// of the log's beginning and settings, and may derive its own from it.
/// </summary>
/// <param name="head">What of the log's beginning it is made of: complete lines without a record, which make the same again; empty for nothing.</param>
/// <param name="settings">What is said of the log.</param>
internal class LogContext(ReadOnlyMemory<byte> head, LogSettings settings)
{
    /// <summary>Of records that say everything themselves.</summary>
    public static readonly LogContext None = new(default, default);

    /// <summary>What of the log's beginning it is made of.</summary>
    public ReadOnlyMemory<byte> Head { get; } = head.ToArray();

    /// <summary>What is said of the log.</summary>
    public LogSettings Settings => settings;

    /// <summary>The same for contexts that are made of the same; empty for one that is made of nothing.</summary>
    public string Key => Head.IsEmpty && settings == default ? "" : Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes($"{settings.TimeZone}\n"), .. Head.Span]));
}
