using System.Text.Json;
using NfsTools.FileSystems;
using NfsTools.Stamps;

namespace NfsTools.Cli.Output;

/// <summary>A file system and what was measured of it, as JSON.</summary>
internal static class FileSystemFields
{
    private static readonly Field<SharedFileSystem>[] All =
    [
        new("path", f => FieldValue.Name(f.Path)),
        new("resolvedPath", f => f.ResolvedPath),
        new("mountPoint", f => f.Mount.MountPoint),
        new("root", f => f.Mount.Root),
        new("source", f => f.Mount.Source),
        new("type", f => f.Type),
        new("family", f => JsonNamingPolicy.CamelCase.ConvertName(f.Family.ToString())),
        new("magic", f => f.Magic is { } magic ? magic : default(FieldValue)),
        new("responds", f => f.Responds),
        new("server", f => f.Server),
        new("export", f => f.Export),
        new("version", f => f.Version),
        new("worstAttributeSeconds", f => f.WorstAttribute),
        new("worstListingSeconds", f => f.WorstListing),
        new("worstMissingSeconds", f => f.WorstMissing),
        new("eventsComplete", f => f.EventsComplete),
        new("strategy", f => JsonNamingPolicy.CamelCase.ConvertName(f.Strategy.ToString())),
        new("reason", f => f.Reason),
    ];

    private static readonly Field<CacheOptions>[] Cache =
    [
        new("acregmin", c => c.RegularMinimum.TotalSeconds),
        new("acregmax", c => c.RegularMaximum.TotalSeconds),
        new("acdirmin", c => c.DirectoryMinimum.TotalSeconds),
        new("acdirmax", c => c.DirectoryMaximum.TotalSeconds),
        new("lookupcache", c => c.LookupCache),
        new("cto", c => c.CloseToOpen),
        new("softreval", c => c.SoftRevalidation),
        new("hard", c => c.Hard),
    ];

    private static readonly Field<FileSystemMeasurement>[] Measurement =
    [
        new("clockOffsetSeconds", m => m.ClockOffset.TotalSeconds),
        new("clockErrorSeconds", m => m.ClockError.TotalSeconds),
        new("timeGranularitySeconds", m => m.TimeGranularity.TotalSeconds),
        new("roundTripSeconds", m => m.RoundTrip.TotalSeconds),
        new("locksReachOtherHosts", m => m.LocksReachOtherHosts),
        new("lockReason", m => m.LockReason),
    ];

    /// <summary>Writes a file system; its cache options and what was measured of it are objects in it.</summary>
    public static void Write(Utf8JsonWriter json, SharedFileSystem place, FileSystemMeasurement? measurement)
    {
        JsonOutput.Fields(json, place, All);
        Write(json, "cache", place.Cache, Cache);
        if (measurement is not null)
        {
            Write(json, "measurement", measurement, Measurement);
        }
    }

    private static void Write<T>(Utf8JsonWriter json, string name, T? item, Field<T>[] fields)
        where T : class
    {
        if (item is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        JsonOutput.Fields(json, item, fields);
        json.WriteEndObject();
    }
}
