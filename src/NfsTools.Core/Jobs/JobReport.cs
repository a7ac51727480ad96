using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Jobs;

/// <summary>How a job ended, with the evidence, as a JSON file.</summary>
public static class JobReport
{
    private const string What = "report";
    private const string TimeShape = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    // The relaxed encoder leaves quotes and signs readable; what a terminal would obey is escaped behind it.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a report; it appears under its name whole, or not at all.</summary>
    /// <exception cref="NfsToolsException">It cannot be written, or has the name of one of the job's files.</exception>
    public static void Write(string path, ProtectedJobResult result)
    {
        WholeFile.Spare(path, What, result.Inputs.Select(i => i.Path).Concat(result.Outputs.Select(o => o.Path)).Concat(result.Manifest is { } manifest ? [manifest] : []));
        WholeFile.Write(path, What, file =>
        {
            var content = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(content, Options))
            {
                Write(json, result);
            }

            file.Write(Encoding.UTF8.GetBytes(SafeText.Json(Encoding.UTF8.GetString(content.WrittenSpan))));
        });
    }

    /// <summary>Writes a result as an object.</summary>
    public static void Write(Utf8JsonWriter json, ProtectedJobResult result)
    {
        json.WriteStartObject();
        json.WriteString("command", NameText.Quote(result.Command));
        json.WriteString("host", result.Host);
        json.WriteBoolean("protected", result.Protected);
        json.WriteString("verdict", Name(result.Verdict));
        json.WriteString("reason", NameText.Quote(result.Reason));
        json.WriteNumber("code", result.Code);
        json.WriteBoolean("codeIsJobs", !result.IsOwnCode);
        Number(json, "exitCode", result.Exit?.ExitCode);
        Number(json, "signal", result.Exit?.Signal ?? result.Signal);
        Time(json, "checkedAt", result.CheckedAt);
        Time(json, "startedAt", result.StartedAt);
        Time(json, "endedAt", result.EndedAt);
        Seconds(json, "elapsedSeconds", result.Exit?.Elapsed);
        Seconds(json, "userSeconds", result.Exit?.UserTime);
        Seconds(json, "systemSeconds", result.Exit?.SystemTime);
        Number(json, "peakMemoryBytes", result.Exit?.PeakMemory);
        json.WriteString("filesFrom", NameText.Quote(result.FilesFrom));
        json.WriteString("manifest", NameText.Quote(result.Manifest));
        List(json, "inputs", result.Inputs, input =>
        {
            json.WriteString("path", NameText.Write(input.Path));
            json.WriteString("verdict", Name(input.Before.Verdict));
            json.WriteString("expected", NameText.Quote(input.Before.Expected.Description));
            json.WriteString("reason", NameText.Quote(input.Before.Reason));
            json.WriteNumber("attempts", input.Before.Attempts);
            Seconds(json, "waitedSeconds", input.Before.Waited);
            json.WriteString("readReason", NameText.Quote(input.ReadReason));
            Flag(json, "unchanged", input.Unchanged);
            json.WriteString("unchangedReason", NameText.Quote(input.Reason));
            Stamp(json, "before", input.Before.Found, input.HashBefore);
            Stamp(json, "after", input.After, input.HashAfter);
        });
        List(json, "outputs", result.Outputs, output =>
        {
            json.WriteString("path", NameText.Write(output.Path));
            Flag(json, "written", output.Written);
            json.WriteString("reason", NameText.Quote(output.Reason));
            Time(json, "serverStart", output.ServerStart);
            Time(json, "serverEnd", output.ServerEnd);
            Stamp(json, "before", output.Before, output.HashBefore);
            Stamp(json, "after", output.After, output.HashAfter);
        });
        json.WriteEndObject();
    }

    private static void List<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Stamp(Utf8JsonWriter json, string name, FileStamp? stamp, string? hash)
    {
        if (stamp is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteBoolean("exists", stamp.Exists);
        Number(json, "size", stamp.Exists ? stamp.Size : null);
        Number(json, "modifyTimeNs", stamp.ModifyTimeNs);
        Number(json, "changeTimeNs", stamp.ChangeTimeNs);
        json.WriteNumber("inode", stamp.Inode);
        json.WriteString("method", Name(stamp.Method));
        json.WriteString("doubt", NameText.Quote(stamp.Doubt));
        Time(json, "takenAt", stamp.TakenAt);
        json.WriteString("sha256", hash);
        json.WriteEndObject();
    }

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset? time) => json.WriteString(name, time?.UtcDateTime.ToString(TimeShape, CultureInfo.InvariantCulture));

    private static void Seconds(Utf8JsonWriter json, string name, TimeSpan? time)
    {
        if (time is { } span)
        {
            json.WriteNumber(name, Math.Round(span.TotalSeconds, 6));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Flag(Utf8JsonWriter json, string name, bool? flag)
    {
        if (flag is { } value)
        {
            json.WriteBoolean(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
