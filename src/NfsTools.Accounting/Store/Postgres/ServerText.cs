using System.Buffers;
using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Npgsql;

namespace NfsTools.Accounting.Store.Postgres;

/// <summary>
/// What a user writes to name a database server: Npgsql's connection string. Whatever else is meant for a server is refused, and
/// no error shows a value of it: it may be a password that was written in the wrong place.
/// </summary>
internal static partial class ServerText
{
    private const string RightForm =
        "Write it like \"Host=db;Database=accounting;Username=lsf\", and put the password into PGPASSFILE or ~/.pgpass (mode 0600), into PGPASSWORD, or name a file of its own (--password-file, passwordFile in the configuration).";

    private const string OptionsKey = "options";
    private const int MostPort = 65535;
    private static readonly SearchValues<char> Blanks = SearchValues.Create(" \t\r\n");
    private static readonly SearchValues<char> NotInHosts = SearchValues.Create(" \t\r\n=@");
    private static readonly string[] Secrets = ["pass", "pwd", "psw"];

    // Usual ones elsewhere, libpq among it (PostgreSQL, "Parameter Key Words").
    private static readonly string[] OtherKeys = ["dbname", "user", "host", "port", "sslmode"];

    /// <summary>Whether a text is meant for a database server, well written or not.</summary>
    public static bool IsMeant(string text)
    {
        if (text.TrimStart() is not { Length: > 0 } begun || begun[0] is '/' or '.')
        {
            return false;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return IsUri(text) || ((slash < 0 || text.IndexOf('=', StringComparison.Ordinal) < slash) && Keys(text).Any(key => IsKey(key) || IsKey(LastWord(key)) || IsSecret(LastWord(key))));
    }

    /// <summary>Reads a connection string.</summary>
    /// <exception cref="NfsToolsException">It is none that can be used, or has a password in it.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        if (IsUri(text))
        {
            throw new NfsToolsException("The store is written as a URI.", RightForm);
        }

        if (Keys(text).Any(key => IsSecret(LastWord(key))))
        {
            throw new NfsToolsException("The store's connection string has a password in it, which would be seen in process lists and logs.", RightForm);
        }

        var settings = new NpgsqlConnectionStringBuilder();
        var number = 0;
        foreach (var (key, value) in Pairs(text))
        {
            number++;
            var shown = Words().IsMatch(key) ? $"\"{key}\"" : string.Create(CultureInfo.InvariantCulture, $"key {number}");
            if (key != OptionsKey && AnotherKey().IsMatch(value))
            {
                throw new NfsToolsException($"The store's connection string goes on behind the value for {shown} with a blank instead of a semicolon.", RightForm);
            }

            if (!settings.ContainsKey(key))
            {
                throw new NfsToolsException($"The store's connection string has an unknown key, {shown}.", $"The usual keys are Host, Port, Database, Username, Passfile and SSL Mode. {RightForm}");
            }

            try
            {
                settings[key] = value;
            }
            catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
            {
                throw Unfit(shown);
            }
        }

        Check(settings);
        return settings;
    }

    /// <summary>A server's database in few words, without what is needed to reach it.</summary>
    public static string Describe(NpgsqlConnectionStringBuilder settings) => string.Create(
        CultureInfo.InvariantCulture,
        $"{settings.Database}{(settings.SearchPath is { Length: > 0 } path ? $"/{path}" : "")}{(settings.Database is null ? "" : "@")}{settings.Host}{(settings.Port == NpgsqlConnection.DefaultPort ? "" : $":{settings.Port}")}");

    private static bool IsUri(string text) => text.Contains("://", StringComparison.Ordinal);

    // Each '=' ends a key; where blanks are between the parts, the value before it stands there too.
    private static IEnumerable<string> Keys(string text)
    {
        var begin = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '=' or ';')
            {
                if (text[i] == '=')
                {
                    yield return text[begin..i].Trim();
                }

                begin = i + 1;
            }
        }
    }

    private static string LastWord(string key) => key[(key.AsSpan().LastIndexOfAny(Blanks) + 1)..];

    private static bool IsKey(string key) => OtherKeys.Contains(key, StringComparer.OrdinalIgnoreCase) || new NpgsqlConnectionStringBuilder().ContainsKey(key);

    // Password, SSL Password, PWD, PSW, and what they are taken for.
    private static bool IsSecret(string word) => Array.Exists(Secrets, s => word.Contains(s, StringComparison.OrdinalIgnoreCase)) && !word.Equals("Passfile", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<(string Key, string Value)> Pairs(string text)
    {
        var written = new DbConnectionStringBuilder();
        try
        {
            written.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            throw new NfsToolsException("The store's connection string is none: it is not made of \"key=value\" pairs with semicolons between them.", RightForm);
        }

        return written.Keys.Cast<string>().Select(key => (key, (string)written[key]));
    }

    private static void Check(NpgsqlConnectionStringBuilder settings)
    {
        if (settings.Host is not { Length: > 0 } hosts)
        {
            throw new NfsToolsException("The store's connection string names no host.", "Add Host=, a host name or the directory of the server's socket.");
        }

        if (!Array.TrueForAll(hosts.Split(','), host => IsHost(host.Trim())))
        {
            throw new NfsToolsException(
                "The store's connection string has a value for \"host\" that is none.",
                $"Name a host, HOST:PORT or the directory of the server's socket; several with commas between them. {RightForm}");
        }

        if (settings.Port > MostPort)
        {
            throw Unfit("\"port\"");
        }

        try
        {
            // Opens nothing, but tells whether the values go together.
            using var tried = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false }.ConnectionString);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException or InvalidOperationException)
        {
            throw new NfsToolsException("The store's connection string has values that do not go together.", "Correct it; see Npgsql's connection string parameters.");
        }
    }

    private static NfsToolsException Unfit(string key) =>
        new($"The store's connection string has a value for {key} that it cannot have.", "Correct it; see Npgsql's connection string parameters.");

    private static bool IsHost(string host) => host.Length > 0 && host[0] != '=' && host.AsSpan(1).IndexOfAny(NotInHosts) < 0
        && (host[0] is '/' or '@' || IPAddress.TryParse(host, out _)
            || (HostAndPort().Match(host) is { Success: true } found && (!found.Groups[1].Success || IsPort(found.Groups[1].Value))));

    private static bool IsPort(string digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= MostPort;

    [GeneratedRegex(@"^\p{L}+( \p{L}+)*$")]
    private static partial Regex Words();

    [GeneratedRegex(@"\s\w+\s*=")]
    private static partial Regex AnotherKey();

    [GeneratedRegex(@"^[^:\[\]/]+(?::([^:]*))?$")]
    private static partial Regex HostAndPort();
}
