using System.CommandLine;
using System.Text.Json;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Store;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools status</c>: how far a store is behind its logs.</summary>
internal static class StatusCommand
{
    private static readonly Field<CollectorStatus>[] GenerationFields =
    [
        new("cluster", s => s.Cluster),
        new("format", s => s.Format),
        new("livePath", s => s.LivePath),
        new("path", s => s.Path),
        new("fingerprint", s => s.Fingerprint),
        new("position", s => s.Position),
        new("lagBytes", s => s.LagBytes is { } bytes ? bytes : default(FieldValue)),
        new("lagSeconds", s => s.LagSeconds is { } seconds ? seconds : default(FieldValue)),
        new("records", s => s.Records),
        new("rejects", s => s.Rejects),
        new("committedAt", s => s.CommittedAt),
        new("seenSize", s => s.SeenSize),
        new("missingSince", s => s.MissingSince),
        new("acceptedAt", s => s.AcceptedAt),
        new("generationId", s => s.GenerationId),
    ];

    private static readonly Field<UnreadArchive>[] UnreadFields = [new("livePath", u => u.LivePath), new("path", u => u.Path), new("reason", u => u.Reason)];

    private static readonly Field<RejectedRecord>[] RejectFields =
    [
        new("generationId", r => r.GenerationId),
        new("path", r => r.Path),
        new("offset", r => r.Offset),
        new("length", r => r.Length),
        new("reason", r => r.Reason),
    ];

    private static readonly Field<CollectorNode>[] NodeFields =
    [
        new("host", n => n.Host),
        new("processId", n => n.ProcessId),
        new("role", n => Word(n.Role)),
        new("state", n => Word(n.State)),
        new("epoch", n => n.Epoch is { } epoch ? epoch : default(FieldValue)),
        new("activeSince", n => n.ActiveSince),
        new("startedAt", n => n.StartedAt),
        new("seenAt", n => n.SeenAt),
        new("seenSeconds", n => (long)n.SeenAge.TotalSeconds),
        new("lagBytes", n => n.LagBytes),
        new("lastError", n => n.LastError is { } error ? error : default(FieldValue)),
        new("lastErrorAt", n => n.LastErrorAt),
    ];

    public static Command Create()
    {
        var store = new StoreOptions();
        var withRejects = new Option<bool>("--rejects") { Description = "List what could not be read too, with its position in bytes and the reason." };
        var json = CommonOptions.Json("One JSON object: generations, nodes, unreadArchives, and with --rejects also rejects, each a list; lag in bytes and seconds, null where a log's file server does not answer, times in seconds since 1970 UTC.");
        var command = new Command("status", "How far a store is behind its logs: each generation (a log's file, whatever it is called by now) with its position, lag, records and rejects; and the collectors on all nodes: which one is active since when, and what went wrong last.");
        store.AddTo(command);
        command.Add(withRejects);
        command.Add(json);
        command.SetAction(line =>
        {
            using var open = store.OpenToRead(line);
            var generations = CollectorStatus.Of(open);
            var nodes = open.Nodes();
            var unread = UnreadArchive.Of(open);
            var rejects = line.GetValue(withRejects) ? open.Rejects() : null;
            if (line.GetValue(json))
            {
                WriteJson(line.InvocationConfiguration.Output, generations, nodes, unread, rejects);
            }
            else
            {
                WriteText(line.InvocationConfiguration.Output, store.Given(line), generations, nodes, unread, rejects);
            }

            return ExitCode.Well;
        });
        return command;
    }

    private static void WriteJson(TextWriter output, IReadOnlyList<CollectorStatus> generations, IReadOnlyList<CollectorNode> nodes, IReadOnlyList<UnreadArchive> unread, IReadOnlyList<RejectedRecord>? rejects)
    {
        using var json = new JsonOutput(output);
        json.Object(w =>
        {
            WriteList(w, "generations", generations, GenerationFields);
            WriteList(w, "nodes", nodes, NodeFields);
            WriteList(w, "unreadArchives", unread, UnreadFields);
            if (rejects is not null)
            {
                WriteList(w, "rejects", rejects, RejectFields);
            }
        });
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Field<T>[] fields)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            JsonOutput.Fields(json, item, fields);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteText(TextWriter output, string store, IReadOnlyList<CollectorStatus> generations, IReadOnlyList<CollectorNode> nodes, IReadOnlyList<UnreadArchive> unread, IReadOnlyList<RejectedRecord>? rejects)
    {
        var table = new TextTable(
            output, TextColumn.Number("GENERATION"), new("CLUSTER"), TextColumn.Number("POSITION"), TextColumn.Number("LAG_BYTES"), TextColumn.Number("LAG_S"), TextColumn.Number("RECORDS"),
            TextColumn.Number("REJECTS"), TextColumn.Whole("COMMITTED"), TextColumn.Path("PATH"));
        foreach (var s in generations)
        {
            table.Add(
                Figures.Whole(s.GenerationId), s.Cluster, Figures.Whole(s.Position), Known(s.LagBytes), Known(s.LagSeconds), Figures.Whole(s.Records), Figures.Whole(s.Rejects),
                s.CommittedAt is { } at ? Figures.Time(at) : "never", s.Path);
        }

        table.End();
        WriteNodes(output, nodes);
        if (rejects is not null)
        {
            WriteRejects(output, rejects);
        }

        foreach (var silent in generations.Where(s => s.LagBytes is null).Select(s => s.LivePath).Distinct())
        {
            output.WriteLine();
            output.WriteLine($"{SafeText.Clean(silent)}: its file server does not answer this host: how far the store is behind it is not known here.");
        }

        foreach (var missing in generations.Where(s => s.Missing is not null))
        {
            output.WriteLine();
            output.WriteLine($"{SafeText.Clean(missing.Path)}: generation {missing.GenerationId}: {missing.Missing}.");
        }

        foreach (var archive in unread)
        {
            output.WriteLine();
            output.WriteLine($"{SafeText.Clean(archive.Path)}: {SafeText.Clean(archive.Reason)}.");
        }

        var behind = generations.Where(s => s.LagBytes > 0).ToList();
        if (behind.Count > 0)
        {
            output.WriteLine();
            output.WriteLine($"{Figures.Whole(behind.Sum(s => s.LagBytes ?? 0))} bytes are not collected yet. A collector at work takes them in within a second; if none is, run:");
            foreach (var logs in behind.GroupBy(s => (s.Cluster, s.Format), s => SafeText.ShellWord(s.LivePath)))
            {
                output.WriteLine(
                    $"  nfstools collect {string.Join(' ', logs.Distinct())} --cluster {SafeText.ShellWord(logs.Key.Cluster)} --format {logs.Key.Format}"
                    + $" {store} --once");
            }
        }
    }

    private static void WriteNodes(TextWriter output, IReadOnlyList<CollectorNode> nodes)
    {
        if (nodes.Count == 0)
        {
            return;
        }

        output.WriteLine();
        var table = new TextTable(
            output, new("NODE"), TextColumn.Number("PROCESS"), new("ROLE"), new("STATE"), TextColumn.Number("EPOCH"), TextColumn.Whole("SINCE"),
            TextColumn.Number("SEEN_S"), TextColumn.Number("LAG_BYTES"), TextColumn.Whole("LAST_ERROR"));
        foreach (var n in nodes)
        {
            table.Add(
                n.Host, Figures.Whole(n.ProcessId), Word(n.Role), Word(n.State), Known(n.Epoch), Figures.Time(n.ActiveSince ?? n.StartedAt),
                Figures.Whole((long)n.SeenAge.TotalSeconds), Figures.Whole(n.LagBytes), n.LastError is { } error ? $"{Figures.Time(n.LastErrorAt!.Value)} {error}" : "-");
        }

        table.End();
    }

    private static string Known(long? value) => value is { } number ? Figures.Whole(number) : "-";

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();

    private static void WriteRejects(TextWriter output, IReadOnlyList<RejectedRecord> rejects)
    {
        output.WriteLine();
        if (rejects.Count == 0)
        {
            output.WriteLine("There are no rejects.");
            return;
        }

        var table = new TextTable(output, TextColumn.Path("REJECT_IN"), TextColumn.Number("OFFSET"), TextColumn.Number("LENGTH"), TextColumn.Whole("REASON"));
        foreach (var reject in rejects)
        {
            table.Add(reject.Path, Figures.Whole(reject.Offset), Figures.Whole(reject.Length), reject.Reason);
        }

        table.End();
    }
}
