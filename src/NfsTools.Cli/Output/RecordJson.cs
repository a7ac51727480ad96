using System.Text.Json;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;

namespace NfsTools.Cli.Output;

/// <summary>A record of any type as JSON: its type, then a job's columns, or the fields that one of another type has in its format.</summary>
internal static class RecordJson
{
    private const string RecordType = "recordType";
    private static readonly Field<JobRecord>[] Job = [JobFields.Cluster, .. JobColumns.All.Where(c => c != JobColumns.RecordType).Select(JobFields.Of)];

    public static void Write(Utf8JsonWriter json, AccountingRecord record)
    {
        if (record is JobRecord job)
        {
            json.WriteString(RecordType, record.RecordType);
            JsonOutput.Fields(json, job, Job);
        }
        else
        {
            RecordFields.Write(json, record);
        }
    }
}
