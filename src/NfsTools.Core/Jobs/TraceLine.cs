using System.Text;
using NfsTools.Interop;

namespace NfsTools.Jobs;

/// <summary>
/// A call that succeeded, as strace -y writes it, e.g. <c>openat(AT_FDCWD&lt;/w>, "a", O_RDONLY) = 3&lt;/w/a></c>. Names may hold whatever
/// the line is made of: what is in quotes or angles is taken as a whole.
/// </summary>
internal sealed class TraceLine
{
    private readonly StringBuilder bare = new();

    private TraceLine(string name) => Name = name;

    /// <summary>The call.</summary>
    public string Name { get; }

    /// <summary>Its names, each with the directory of the descriptor before it; null where there is none.</summary>
    public List<(string? Directory, string Text)> Names { get; } = [];

    /// <summary>Its other arguments: flags, numbers.</summary>
    public string Flags => bare.ToString();

    /// <summary>What the first descriptor leads to; null where there is none.</summary>
    public string? Descriptor { get; private set; }

    /// <summary>The working directory of the process; null where it is not told.</summary>
    public string? WorkingDirectory { get; private set; }

    /// <summary>What it returned.</summary>
    public string Result { get; private set; } = "";

    /// <summary>What the descriptor that it returned leads to; null where it returned none.</summary>
    public string? ResultPath { get; private set; }

    /// <summary>Reads a call; null where it is none, or failed.</summary>
    public static TraceLine? Parse(string text)
    {
        var at = text.IndexOf('(', StringComparison.Ordinal);
        return at > 0 && new TraceLine(text[..at]) is var line && line.Read(text, at + 1) ? line : null;
    }

    private bool Read(string text, int at)
    {
        const string Current = "AT_FDCWD";
        string? directory = null;
        var (depth, lists) = (0, 0);
        for (; at < text.Length && (text[at] != ')' || depth > 0); at++)
        {
            switch (text[at])
            {
                case '"':
                    var name = Until(text, ref at, '"');

                    // execve's arguments are no files of its own.
                    if (lists == 0)
                    {
                        Names.Add((directory, name));
                        directory = null;
                    }

                    break;
                case '<' when at > 0 && (char.IsAsciiDigit(text[at - 1]) || text.AsSpan(..at).EndsWith(Current)):
                    var isCurrent = !char.IsAsciiDigit(text[at - 1]);
                    directory = Until(text, ref at, '>');
                    Descriptor ??= directory;
                    WorkingDirectory = isCurrent ? directory : WorkingDirectory;
                    break;
                case var c:
                    (depth, lists) = (depth + (c is '(' or '{' ? 1 : c is ')' or '}' ? -1 : 0), lists + (c == '[' ? 1 : c == ']' ? -1 : 0));
                    bare.Append(c);
                    break;
            }
        }

        const string Equals = "= ";
        var result = at < text.Length ? text[(at + 1)..].TrimStart() : "";
        if (!result.StartsWith(Equals, StringComparison.Ordinal) || result.Length == Equals.Length || result[Equals.Length] is '-' or '?')
        {
            return false;
        }

        result = result[Equals.Length..];
        var opening = result.IndexOf('<', StringComparison.Ordinal);
        ResultPath = opening > 0 ? Until(result, ref opening, '>') : null;
        Result = result.Split(' ', '<')[0];
        return true;
    }

    // From behind an opening sign to the closing one, with C's escapes undone.
    private static string Until(string text, ref int at, char close)
    {
        var bytes = new List<byte>();
        for (at++; at < text.Length && text[at] != close; at++)
        {
            if (text[at] != '\\' || at + 1 >= text.Length)
            {
                bytes.Add((byte)text[at]);
                continue;
            }

            var digits = text[(at + 1)..Math.Min(at + 4, text.Length)].TakeWhile(c => c is >= '0' and <= '7').Count();
            if (digits > 0)
            {
                bytes.Add((byte)Convert.ToInt32(text.Substring(at + 1, digits), 8));
                at += digits;
                continue;
            }

            at++;
            bytes.Add(text[at] switch { 'n' => (byte)'\n', 't' => (byte)'\t', 'r' => (byte)'\r', 'v' => (byte)'\v', 'f' => (byte)'\f', 'x' => Convert.ToByte(text.Substring(at + 1, 2), 16), var c => (byte)c });
            at += text[at] == 'x' ? 2 : 0;
        }

        return NativeText.Decode(bytes.ToArray());
    }
}
