using System.Globalization;
using System.Text;

namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <summary>Accounting logs of PBS and of Torque, by turns.</summary>
/// <param name="seed">What the records are made of.</param>
public sealed class PbsSample(int seed) : FormatSample
{
    private readonly Random random = new(seed);
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich");
    private long made;

    /// <inheritdoc/>
    public override string Format => "pbs";

    /// <inheritdoc/>
    public override string? TimeZone => zone.Id;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Insertions { get; } =
        ["\n", "\0", "\0\0\0", " ", "  ", "=", ";", "\"", "'", "/", "+", "*", " account=\"", " jobname=", " end=", "11/30/2015 15:39:52;E;1.b0;", "99999999999999999999", "-", "\r", "é", "[", "[]", "2-"];

    /// <inheritdoc/>
    public override SampleRecord Next()
    {
        var job = ++made;
        var submitted = 1_711_800_000 + (job * 60) + random.Next(40_000_000);
        var (started, ended) = (submitted + random.Next(3600), submitted + 3600 + random.Next(86400));
        var element = random.Next(4) == 0 ? random.Next(1, 100) : 0;
        var torque = random.Next(2) == 0;
        var id = $"{job}{(element == 0 ? "" : torque && random.Next(2) == 0 ? $"-{element}" : $"[{element}]")}{(random.Next(3) == 0 ? "" : ".server1")}";
        var common = $"user=user{random.Next(9)} group=g{random.Next(3)} {Account(torque)}jobname=näme{random.Next(1000)} queue=q{random.Next(3)} ctime={submitted} qtime={submitted} etime={submitted} ";
        switch (random.Next(20))
        {
            case 0:
                return new SampleRecord("\n"u8.ToArray(), null);
            case 1:
                return Record(submitted, 'Q', id, torque ? "queue=q1" : common, null);
            case 2:
                return Record(started, 'S', id, common + $"start={started} exec_host=n1/0*4 ", null);
            case 3:
                return Record(ended, 'D', id, "requestor=ann@login1", null);
            case 4:
                return Record(ended, 'L', "license", "floating license hour:3 day:10 month:20 max:40", null);
            case 5:
                return Record(ended, 'E', $"{job}[].server1", common + $"start={started} array_indices=1-3 session=0 end={ended} Exit_status=0 run_count=1", null);
            case 6:
                return Record(started, 'R', id, "", null);
            case var kind:
                var tail = $"start={started} {(torque ? "owner=ann@login1 " : "")}{Hosts()}{(torque ? "" : "exec_vnode=(v1:ncpus=4:mem=1048576kb)+(v2:ncpus=2) ")}Resource_List.ncpus=6 Resource_List.mem=4gb Resource_List.walltime=10:00:00 "
                    + $"session={random.Next(99999)} end={ended} Exit_status={new[] { 0, 0, 0, 1, 271, -29, 143 }[random.Next(7)]} resources_used.cput={random.Next(100)}:00:10 resources_used.mem={random.Next(1 << 20)}kb "
                    + $"resources_used.vmem=12.27M resources_used.walltime={ended - started}{(torque ? "" : " eligible_time=00:00:10 run_count=1")}";
                return Record(ended, kind == 7 ? 'R' : 'E', id, common + tail, SampleRecord.KeyOf(job, element, submitted, ended));
        }
    }

    private string Account(bool torque) => random.Next(6) switch
    {
        0 => "",
        1 when torque => "account=two words ",
        2 when torque => "account=two\nlines ",
        3 when !torque => "account=\"two\nlines\" ",
        4 when !torque => "account=\"11/30/2015 15:39:52;E;1.b0;user=bob ctime=1\n11/30/2015 15:39:52;E;2.b0;user=bob\" ",
        _ => torque ? "account=chip " : "account=\"chip\" project=_pbs_project_default ",
    };

    private string Hosts() => new[] { "", "exec_host=n1/0+n1/1+n2/0 ", "exec_host=n1/0-3 ", "exec_host=n1/0-1,5,11+n2/3 ", "exec_host=n1/0*13+n2/1*2 " }[random.Next(5)];

    private SampleRecord Record(long time, char type, string id, string body, string? key)
    {
        var stamp = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(time), zone).ToString("MM/dd/yyyy HH:mm:ss", CultureInfo.InvariantCulture);
        return new SampleRecord(Encoding.UTF8.GetBytes($"{stamp};{type};{id};{body}\n"), key);
    }
}
