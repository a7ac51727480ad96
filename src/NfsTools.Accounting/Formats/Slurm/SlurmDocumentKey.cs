using System.Text;
using System.Text.Json;

namespace NfsTools.Accounting.Formats.Slurm;

/// <summary>What a value in JSON is to a job.</summary>
internal enum SlurmDocumentUse
{
    /// <summary>Nothing by itself: it has values within.</summary>
    Group,

    /// <summary>A text, which becomes a field.</summary>
    Text,

    /// <summary>A whole number, which becomes a field.</summary>
    Number,

    /// <summary>Seconds that become a duration.</summary>
    Seconds,

    /// <summary>Seconds that become minutes.</summary>
    Minutes,

    /// <summary>A whole number that is kept.</summary>
    Kept,

    /// <summary>Seconds that add up to a kept number of microseconds.</summary>
    KeptSeconds,

    /// <summary>Microseconds that add up so.</summary>
    KeptMicroseconds,

    /// <summary>The elements of an array.</summary>
    Tasks,

    /// <summary>A resource, which becomes an entry of a field.</summary>
    Resource,

    /// <summary>A resource of a step.</summary>
    StepResource,

    /// <summary>The type of a resource.</summary>
    ResourceType,

    /// <summary>The name of a resource.</summary>
    ResourceName,

    /// <summary>How much there is of a resource.</summary>
    ResourceCount,
}

/// <summary>The numbers that are kept until a job is read.</summary>
internal enum SlurmDocumentKept
{
    /// <summary>The array it is of.</summary>
    Array,

    /// <summary>Which element of it.</summary>
    Task,

    /// <summary>The heterogeneous job it is of.</summary>
    Het,

    /// <summary>Which component of it.</summary>
    Offset,

    /// <summary>The exit code.</summary>
    Code,

    /// <summary>The signal.</summary>
    Signal,

    /// <summary>User time of the job, in microseconds.</summary>
    User,

    /// <summary>System time of the job.</summary>
    System,

    /// <summary>Both.</summary>
    Total,

    /// <summary>User time of its steps.</summary>
    StepUser,

    /// <summary>System time of its steps.</summary>
    StepSystem,

    /// <summary>Both.</summary>
    StepTotal,

    /// <summary>The most memory of a step, in bytes.</summary>
    Peak,
}

/// <summary>
/// The keys of a job in JSON that mean something here, as a tree: those of <c>sacct --json</c> (data_parser's JOB and STEP of v0.0.37 to
/// v0.0.45), and of jobcomp/elasticsearch and jobcomp/kafka (jobcomp_common.c).
/// </summary>
internal sealed class SlurmDocumentKey
{
    private readonly byte[] name;
    private SlurmDocumentKey[] children = [];

    private SlurmDocumentKey(string name) => this.name = Encoding.ASCII.GetBytes(name);

    /// <summary>The columns that jobs have, as sacct(1) calls them.</summary>
    public static string[] Columns { get; } =
    [
        "JobID", "JobIDRaw", "JobName", "User", "UID", "Group", "GID", "Account", "Partition", "QOS", "Cluster", "Reservation", "State", "ExitCode", "Reason", "Submit", "Eligible", "Start", "End",
        "ElapsedRaw", "Suspended", "UserCPU", "SystemCPU", "TotalCPU", "NCPUS", "ReqCPUS", "NNodes", "NodeList", "MaxRSS", "AllocTRES", "ReqTRES", "TimelimitRaw", "WorkDir", "SubmitLine",
    ];

    /// <summary>The job itself.</summary>
    public static SlurmDocumentKey Root { get; } = Build();

    /// <summary>What its value is.</summary>
    public SlurmDocumentUse Use { get; private set; }

    /// <summary>The column or <see cref="SlurmDocumentKept"/> that it becomes.</summary>
    public int Target { get; private set; }

    /// <summary>Whether it holds keys.</summary>
    public bool HasChildren => children.Length > 0;

    /// <summary>The place of a column.</summary>
    public static int Column(string name) => Array.IndexOf(Columns, name);

    /// <summary>The key that the reader stands on; null for one that means nothing.</summary>
    public SlurmDocumentKey? Find(ref Utf8JsonReader json)
    {
        foreach (var child in children)
        {
            if (json.ValueTextEquals(child.name))
            {
                return child;
            }
        }

        return null;
    }

    private static SlurmDocumentKey Build()
    {
        var root = new SlurmDocumentKey("");
        Texts(root, "account=Account cluster=Cluster group=Group user=User name=JobName nodes=NodeList partition=Partition qos=QOS submit_line=SubmitLine working_directory=WorkDir reservation/name=Reservation");
        Texts(root, "state=State state/current=State state/reason=Reason exit_code=ExitCode job_id=JobIDRaw");
        Texts(root, "jobid=JobIDRaw username=User groupname=Group @start=Start @end=End @submit=Submit @eligible=Eligible work_dir=WorkDir job_name=JobName reservation_name=Reservation tres_req=ReqTRES tres_alloc=AllocTRES");
        Numbers(root, "allocation_nodes=NNodes required/CPUs=ReqCPUS time/submission=Submit time/eligible=Eligible time/start=Start time/end=End time/elapsed=ElapsedRaw time/limit=TimelimitRaw");
        Numbers(root, "user_id=UID group_id=GID elapsed=ElapsedRaw total_cpus=NCPUS total_nodes=NNodes");
        root.Add("time/suspended", SlurmDocumentUse.Seconds, Column("Suspended"));
        root.Add("time_limit", SlurmDocumentUse.Minutes, Column("TimelimitRaw"));
        root.Add("array/task", SlurmDocumentUse.Tasks, 0);
        Keep(root, SlurmDocumentKept.Array, "array/job_id", "array_job_id");
        Keep(root, SlurmDocumentKept.Task, "array/task_id", "array_task_id");
        Keep(root, SlurmDocumentKept.Het, "het/job_id", "het_job_id", "pack_job_id");
        Keep(root, SlurmDocumentKept.Offset, "het/job_offset", "het_job_offset", "pack_job_offset");
        Keep(root, SlurmDocumentKept.Code, "exit_code/return_code");
        Keep(root, SlurmDocumentKept.Signal, "exit_code/signal/id", "exit_code/signal/signal_id");
        foreach (var (kind, own, step) in new[]
        {
            ("user", SlurmDocumentKept.User, SlurmDocumentKept.StepUser), ("system", SlurmDocumentKept.System, SlurmDocumentKept.StepSystem), ("total", SlurmDocumentKept.Total, SlurmDocumentKept.StepTotal),
        })
        {
            foreach (var (path, kept) in new[] { ($"time/{kind}", own), ($"steps/time/{kind}", step) })
            {
                root.Add($"{path}/seconds", SlurmDocumentUse.KeptSeconds, (int)kept);
                root.Add($"{path}/microseconds", SlurmDocumentUse.KeptMicroseconds, (int)kept);
            }
        }

        // What data_parser calls requested is what went in: use (tres_usage_in_max).
        foreach (var (path, use, target) in new[]
        {
            ("tres/allocated", SlurmDocumentUse.Resource, "AllocTRES"), ("tres/requested", SlurmDocumentUse.Resource, "ReqTRES"), ("steps/tres/requested/max", SlurmDocumentUse.StepResource, ""),
        })
        {
            root.Add(path, use, Column(target));
            root.Add($"{path}/type", SlurmDocumentUse.ResourceType, 0);
            root.Add($"{path}/name", SlurmDocumentUse.ResourceName, 0);
            root.Add($"{path}/count", SlurmDocumentUse.ResourceCount, 0);
        }

        // As Elasticsearch gives a document back.
        root.Add("_source", SlurmDocumentUse.Group, 0).children = root.children;
        return root;
    }

    private static void Texts(SlurmDocumentKey root, string keys) => Fields(root, keys, SlurmDocumentUse.Text);

    private static void Numbers(SlurmDocumentKey root, string keys) => Fields(root, keys, SlurmDocumentUse.Number);

    private static void Fields(SlurmDocumentKey root, string keys, SlurmDocumentUse use)
    {
        foreach (var pair in keys.Split(' ').Select(k => k.Split('=')))
        {
            root.Add(pair[0], use, Column(pair[1]));
        }
    }

    private static void Keep(SlurmDocumentKey root, SlurmDocumentKept kept, params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            root.Add(path, SlurmDocumentUse.Kept, (int)kept);
        }
    }

    private SlurmDocumentKey Add(string path, SlurmDocumentUse use, int target)
    {
        var at = this;
        foreach (var part in path.Split('/'))
        {
            var next = at.children.FirstOrDefault(c => Encoding.ASCII.GetString(c.name) == part);
            if (next is null)
            {
                next = new SlurmDocumentKey(part);
                at.children = [.. at.children, next];
            }

            at = next;
        }

        (at.Use, at.Target) = (use, target);
        return at;
    }
}
