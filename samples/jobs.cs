#:package NfsTools.Accounting@0.1.0

// Adds up each user's jobs and CPU time in an accounting log of LSF: dotnet run samples/jobs.cs samples/lsb.acct
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;
using NfsTools.Accounting.Sources;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

var users = new SortedDictionary<string, (int Jobs, double Seconds)>(StringComparer.Ordinal);
foreach (var item in AccountingReader.ReadFile(new CollectorSource(args[0])))
{
    if (item.Record is JobRecord { User: { } user } job)
    {
        var (jobs, seconds) = users.GetValueOrDefault(user);
        users[user] = (jobs + 1, seconds + job.CpuSeconds);
    }
    else if (item.Reason is { } reason)
    {
        Console.Error.WriteLine($"byte {item.Offset}: {reason}");
    }
}

foreach (var (user, (jobs, seconds)) in users)
{
    Console.WriteLine($"{user}: {jobs} jobs, {seconds:F0} s of CPU");
}
