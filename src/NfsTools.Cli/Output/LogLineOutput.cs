using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Cli.Output;

/// <summary>A line of a followed log as output.</summary>
internal static class LogLineOutput
{
    /// <summary>The line as it is; on a terminal cleaned of what that would obey.</summary>
    public static void WriteText(TextWriter output, LogLine line) => output.Write($"{(Console.IsOutputRedirected ? line.Line : SafeText.Clean(line.Line))}\n");

    /// <summary>A JSON object.</summary>
    public static void WriteJson(TextWriter output, LogLine line)
    {
        using var json = new JsonOutput(output);
        json.Object(w =>
        {
            w.WriteString("livePath", NameText.Write(line.LivePath));
            w.WriteString("path", NameText.Write(line.Path));
            w.WriteString("generation", line.Generation.Fingerprint);
            w.WriteNumber("variant", line.Generation.Variant);
            w.WriteNumber("offset", line.Offset);
            w.WriteNumber("length", line.Length);
            w.WriteString("origin", FileEventLine.Word(line.Origin));
            w.WriteString("line", line.Line);
        });
    }
}
