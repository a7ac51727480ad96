using System.Text.Json;
using NfsTools.Accounting.Formats.Lsf;
using NfsTools.Accounting.Model;

namespace NfsTools.Cli.Output;

/// <summary>A record of any type as JSON: its type, then a job's fields or those of its own.</summary>
internal static class RecordJson
{
    private static readonly Field<LsfReservationFinish>[] Reservation =
    [
        new("cluster", r => r.Cluster),
        new("eventTime", r => r.EventTime),
        new("creationTime", r => r.CreationTime),
        new("reservationType", r => r.ReservationType),
        new("creatorId", r => r.CreatorId),
        new("reservationId", r => r.ReservationId),
        new("user", r => r.User),
        new("timeWindow", r => r.TimeWindow),
        new("creator", r => r.Creator),
        new("durationSeconds", r => r.DurationSeconds),
        new("extras", r => r.Extras),
    ];

    private static readonly Field<LsfJobResize>[] Resize =
    [
        new("cluster", r => r.Cluster),
        new("eventTime", r => r.EventTime),
        new("jobId", r => r.JobId),
        new("arrayIndex", r => r.ArrayIndex),
        new("startTime", r => r.StartTime),
        new("userId", r => r.UserId),
        new("user", r => r.User),
        new("resizeType", r => r.ResizeType),
        new("lastResizeTime", r => r.LastResizeTime),
        new("extras", r => r.Extras),
    ];

    private static readonly Field<JobRecord>[] Job = [JobFields.Cluster, .. JobColumns.All.Where(c => c != JobColumns.RecordType).Select(JobFields.Of)];
    private static readonly Field<AccountingRecord>[] Other = [new("cluster", r => r.Cluster), new("eventTime", r => r.EventTime)];

    public static void Write(Utf8JsonWriter json, AccountingRecord record)
    {
        json.WriteString("recordType", record.RecordType);
        switch (record)
        {
            case JobRecord job:
                JsonOutput.Fields(json, job, Job);
                break;
            case LsfReservationFinish reservation:
                JsonOutput.Fields(json, reservation, Reservation);
                WriteTexts(json, "hosts", reservation.Hosts);
                break;
            case LsfJobResize resize:
                JsonOutput.Fields(json, resize, Resize);
                json.WriteStartArray("hostLists");
                foreach (var hosts in resize.HostLists)
                {
                    WriteTexts(json, null, hosts);
                }

                json.WriteEndArray();
                break;
            default:
                JsonOutput.Fields(json, record, Other);
                break;
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, string? name, IReadOnlyList<string> texts)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        json.WriteStartArray();
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
