using System.CommandLine;
using System.Globalization;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Store;
using NfsTools.Cli.Options;
using NfsTools.Cli.Output;

namespace NfsTools.Cli.Commands;

/// <summary><c>nfstools verify</c>: proves that a store is complete.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var store = new StoreOptions();
        var json = CommonOptions.Json("One JSON object: holds, generations, bytes, recordBytes, rejectBytes, fillerBytes, jobs, differences, accepted.");
        var accept = ListOption.Of(
            "--accept-missing", StoreVerification.AcceptMissingHelp, "NUMBERS", (text, tell) =>
            {
                if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    tell($"--accept-missing: \"{text}\" is no number of a generation.");
                }

                return number;
            });
        var quick = new Option<bool>("--quick") { Description = StoreVerification.QuickHelp };
        var command = new Command("verify", "Prove that a store is complete and says what the logs said: every byte read is kept, and a record, a reject, or a comment or blank line; everything in the store is what follows from these bytes; and no file of a log went away before it was read to its end. Ends with 1 where it is not.");
        store.AddTo(command);
        command.Add(accept);
        command.Add(quick);
        command.Add(json);
        command.SetAction(line =>
        {
            if (line.GetValue(accept) is { Count: > 0 } lost)
            {
                using var writing = store.OpenToWrite(line);
                writing.AcceptMissing(lost);
            }

            return Run(store, line, line.GetValue(quick), line.GetValue(json));
        });
        return command;
    }

    private static int Run(StoreOptions store, ParseResult line, bool quick, bool asJson)
    {
        using var open = store.OpenToRead(line);
        var output = line.InvocationConfiguration.Output;
        var verification = open.Verify(quick);
        if (asJson)
        {
            WriteJson(verification, output);
        }
        else
        {
            WriteText(store.Named(line), verification, output);
        }

        return verification.Holds ? ExitCode.Well : ExitCode.DoesNotHold;
    }

    private static void WriteJson(StoreVerification verification, TextWriter output)
    {
        using var json = new JsonOutput(output);
        json.Object(w =>
        {
            w.WriteBoolean("holds", verification.Holds);
            w.WriteNumber("generations", verification.Generations);
            w.WriteNumber("bytes", verification.Bytes);
            w.WriteNumber("recordBytes", verification.RecordBytes);
            w.WriteNumber("rejectBytes", verification.RejectBytes);
            w.WriteNumber("fillerBytes", verification.FillerBytes);
            w.WriteNumber("jobs", verification.Jobs);
            w.WriteStartArray("differences");
            foreach (var difference in verification.Differences)
            {
                w.WriteStringValue(difference);
            }

            w.WriteEndArray();
            w.WriteStartArray("accepted");
            foreach (var loss in verification.Accepted)
            {
                w.WriteStringValue(loss);
            }

            w.WriteEndArray();
        });
    }

    private static void WriteText(string path, StoreVerification verification, TextWriter output)
    {
        output.WriteLine($"Store        {SafeText.Clean(path)}");
        output.WriteLine($"Generations  {Figures.Whole(verification.Generations)}");
        output.WriteLine(
            $"Bytes        {Figures.Whole(verification.Bytes)} = {Figures.Whole(verification.RecordBytes)} of records + {Figures.Whole(verification.RejectBytes)} of rejects"
            + $" + {Figures.Whole(verification.FillerBytes)} of comments and blank lines");
        output.WriteLine($"Jobs         {Figures.Whole(verification.Jobs)}");
        output.WriteLine();
        output.WriteLine(Terminal.Bold(verification.Holds ? "The store is complete." : "The store is not complete:"));
        foreach (var told in verification.Differences.Concat(verification.Accepted))
        {
            output.WriteLine(SafeText.Clean(told));
        }
    }
}
