using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;
using NfsTools.Yaml;

namespace NfsTools.Jobs.Flows;

/// <summary>A flow of protected jobs: what each reads and writes says what must run before what.</summary>
public sealed class JobFlow
{
    private static readonly string[] FlowKeys = ["nfstools", "hosts", "jobs"];
    private static readonly string[] HostKeys = ["name", "launcher", "shell"];
    private static readonly string[] JobKeys = ["name", "command", "inputs", "outputs", "host", "environment", "directory", "timeout", "wrap"];
    private readonly Dictionary<string, FlowJob> makers = new(StringComparer.Ordinal);

    // For each directory that is named: the jobs that make files below it.
    private readonly Dictionary<string, List<FlowJob>> makersBelow = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> real = new(StringComparer.Ordinal);

    // For each file that is there under several names (hard links, a file that is mounted): those.
    private readonly Dictionary<string, string[]> twinsOf = new(StringComparer.Ordinal);
    private readonly List<FlowProblem> problems = [];

    private JobFlow(string path, YamlMapping flow)
    {
        Path = path;
        Program = flow.TextOrNull("nfstools") ?? "nfstools";
        var hosts = Hosts(flow);
        Jobs = [.. flow.Mappings("jobs", JobKeys).Select(job => Job(job, hosts))];
        var names = new FileNames();
        foreach (var file in Jobs.SelectMany(j => j.Inputs.Concat(j.Outputs)).Distinct())
        {
            real[file] = names.Of(file);
        }

        foreach (var twins in real.Values.Distinct().GroupBy(name => FileNames.IdentityOf(name)).Where(g => g.Key is not null && g.Skip(1).Any()).Select(g => g.ToArray()))
        {
            Array.ForEach(twins, name => twinsOf[name] = twins);
        }

        FindMakers();
        Order = [.. InOrder()];
    }

    /// <summary>The file, absolute, links followed.</summary>
    public string Path { get; }

    /// <summary>The program nfstools as hosts know it.</summary>
    public string Program { get; }

    /// <summary>The jobs, as they are written.</summary>
    public IReadOnlyList<FlowJob> Jobs { get; }

    /// <summary>The jobs, each behind those it needs.</summary>
    public IReadOnlyList<FlowJob> Order { get; }

    /// <summary>Reads a flow. By whatever link it is named, it is the file that the link leads to: its state and its relative names are beside that.</summary>
    /// <exception cref="NfsToolsException">It cannot be read, or is written wrongly: an unknown key, a wrong value. What it means is not checked.</exception>
    public static JobFlow Load(string path)
    {
        var full = FilePath.Resolve(path);
        return new JobFlow(full, YamlMapping.Load(full, FlowKeys));
    }

    /// <summary>The job that makes a file; null where none does.</summary>
    internal FlowJob? MakerOf(string file) => makers.GetValueOrDefault(RealOf(file));

    /// <summary>What a file's name led to when the flow was read: two names of one file have one.</summary>
    internal string RealOf(string file) => real.GetValueOrDefault(file, file);

    /// <summary>The jobs that make a job's inputs, what is in them, or a directory that they are in.</summary>
    public IReadOnlyList<FlowJob> NeedsOf(FlowJob job) => [.. job.Inputs.SelectMany(MakersOf).Where(maker => maker != job).Distinct()];

    /// <summary>The files that jobs read and none makes.</summary>
    public IReadOnlyList<string> Sources() => [.. Jobs.SelectMany(j => j.Inputs).Where(file => !MakersOf(file).Any() || IsUpdated(file)).Distinct()];

    /// <summary>What is wrong with it: jobs that need each other in a circle, files that two jobs write, inputs that nobody makes and that are not there, or are devices or pipes.</summary>
    /// <exception cref="NfsToolsException">A file system does not answer.</exception>
    public IReadOnlyList<FlowProblem> Check(CancellationToken cancellation = default)
    {
        var sources = Guard(() => new FreshStamps().Take(Sources(), FileSystems.FileSystemLocator.UsualTimeout, cancellation));
        var missing = sources.Where(s => !s.Exists).Select(s => s.Path).ToHashSet(StringComparer.Ordinal);
        var passing = sources.Where(s => PassingPath.KindOf(s.Path, s.Status) is not null).ToDictionary(s => s.Path, s => PassingPath.KindOf(s.Path, s.Status), StringComparer.Ordinal);
        return
        [
            .. problems,
            .. Jobs.SelectMany(job => job.Inputs.Where(missing.Contains), (job, file) =>
                Problem(job, "inputs", $"{file} is not there, and no job makes it", "Correct the name, or add the job that makes it.")),
            .. Jobs.SelectMany(job => job.Inputs.Where(passing.ContainsKey), (job, file) =>
                Problem(job, "inputs", $"{file} is {passing[file]}, of which nothing stays to compare", "Leave it out: the command may read it all the same.")),
        ];
    }

    internal static T Guard<T>(Func<T> look)
    {
        try
        {
            return look();
        }
        catch (IOException e)
        {
            throw new NfsToolsException($"The flow's files cannot be looked at: {e.Message.TrimEnd('.')}.", "Check that their file systems are mounted and answer.", e);
        }
    }

    // Where nobody makes the file by its own name, whoever writes it by another one.
    private IEnumerable<FlowJob> MakersOf(string file) =>
        Upwards(RealOf(file)).Select(makers.GetValueOrDefault).OfType<FlowJob>().Concat(makersBelow.GetValueOrDefault(RealOf(file)) ?? [])
            .Concat(MakerOf(file) is null ? TwinsOf(file).Select(makers.GetValueOrDefault).OfType<FlowJob>() : []);

    private string[] TwinsOf(string file) => twinsOf.GetValueOrDefault(RealOf(file)) ?? [];

    // A job that reads a file by one name and makes another name of it, as ln does, has not written it.
    private IEnumerable<FlowProblem> TwiceWritten() =>
        from twins in twinsOf.Values.Distinct()
        let writers = twins.Where(makers.ContainsKey).Where(name => !makers[name].Inputs.Select(RealOf).Any(twins.Contains)).ToList()
        from name in writers.Skip(1)
        where makers[name] != makers[writers[0]]
        select Problem(makers[name], "outputs", $"{name} is another name of {writers[0]}, which the job \"{makers[writers[0]].Name}\" writes", "Let one job write each file, or remove one of the names.");

    // A path, and the directories it is in.
    private static IEnumerable<string> Upwards(string path)
    {
        for (var at = path; at is not null; at = System.IO.Path.GetDirectoryName(at))
        {
            yield return at;
        }
    }

    // A job may update one of its own inputs: that must be there before.
    private bool IsUpdated(string file) => MakerOf(file) is { } maker && maker.Inputs.Any(input => RealOf(input) == RealOf(file));

    private static Dictionary<string, FlowHost> Hosts(YamlMapping flow)
    {
        var hosts = new Dictionary<string, FlowHost>(StringComparer.Ordinal);
        foreach (var entry in flow.Has("hosts") ? flow.Mappings("hosts", HostKeys) : [])
        {
            var name = entry.Text("name");
            if (!name.All(c => char.IsAsciiLetterOrDigit(c) || "._-:@%+[],".Contains(c, StringComparison.Ordinal)) || name[0] == '-')
            {
                throw entry.Error("name", $"\"{name}\" is no name for a host", "Use letters, digits and . _ - : @ % + [ ] ,; a dash at its beginning would make it an option of the launcher.");
            }

            var host = entry.IsList("launcher")
                ? FlowHost.Of(name, entry.Texts("launcher"), entry.Flag("shell") ?? false)
                : FlowHost.Of(name, entry.Word("launcher", [.. FlowHost.KnownLaunchers]) ?? "ssh");
            if (!hosts.TryAdd(name, host))
            {
                throw entry.Error("name", $"there is a host \"{name}\" already", "Name each host once.");
            }
        }

        return hosts;
    }

    private FlowJob Job(YamlMapping job, Dictionary<string, FlowHost> hosts)
    {
        var name = job.Text("name");
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') || name[0] == '.')
        {
            throw job.Error("name", $"\"{name}\" is no name for a job", "Use letters, digits, dashes, underscores and, not at its beginning, dots.");
        }

        var directory = FilePath.Full(NameText.Read(job.TextOrNull("directory") ?? "."), System.IO.Path.GetDirectoryName(Path)!);
        return new FlowJob(job)
        {
            Name = name,
            Command = job.IsList("command") ? job.Texts("command") : ["sh", "-c", job.Text("command")],
            Inputs = Files("inputs"),
            Outputs = Files("outputs"),
            Directory = directory,
            Environment = job.Pairs("environment"),
            Host = job.TextOrNull("host") is not { } host ? null
                : hosts.TryGetValue(host, out var known) ? known
                : throw job.Error("host", $"there is no host \"{host}\"", "Add it under \"hosts\", with the launcher that starts a command on it."),
            Timeout = job.Duration("timeout", 0.001)?.Time ?? Timeout.InfiniteTimeSpan,
            Wrap = job.Flag("wrap") ?? true,
        };

        IReadOnlyList<string> Files(string key) =>
            [.. job.Texts(key).Select(f => FilePath.Absolute(NameText.Read(f), directory)).Distinct()];
    }

    private void FindMakers()
    {
        var named = real.Values.ToHashSet(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var job in Jobs)
        {
            if (!names.Add(job.Name))
            {
                problems.Add(Problem(job, "name", $"there is a job \"{job.Name}\" already", "Name each job once."));
            }

            foreach (var file in job.Outputs.Where(file => !makers.TryAdd(RealOf(file), job)))
            {
                problems.Add(Problem(job, "outputs", $"the job \"{makers[RealOf(file)].Name}\" writes {file} too", "Let one job write each file."));
            }

            foreach (var above in job.Outputs.SelectMany(file => Upwards(RealOf(file)).Skip(1)).Where(named.Contains).Distinct())
            {
                (makersBelow.TryGetValue(above, out var those) ? those : makersBelow[above] = []).Add(job);
            }
        }

        problems.AddRange(TwiceWritten());
        foreach (var (directory, below) in makersBelow)
        {
            if (makers.GetValueOrDefault(directory) is { } maker)
            {
                problems.AddRange(below.Where(job => job != maker).Select(job =>
                    Problem(job, "outputs", $"it writes into {directory}, which the job \"{maker.Name}\" writes", "Let one job write the directory with all that is in it, or let that one name its files.")));
            }
        }
    }

    // Depth first, with a stack of its own: a flow may be a chain of tens of thousands of jobs.
    private IEnumerable<FlowJob> InOrder()
    {
        var (done, under) = (new HashSet<FlowJob>(), new HashSet<FlowJob>());
        var way = new Stack<(FlowJob Job, Queue<FlowJob> Needs)>();
        foreach (var first in Jobs)
        {
            Enter(first);
            while (way.TryPeek(out var at))
            {
                if (at.Needs.TryDequeue(out var need))
                {
                    Enter(need);
                }
                else
                {
                    under.Remove(way.Pop().Job);
                    done.Add(at.Job);
                    yield return at.Job;
                }
            }
        }

        void Enter(FlowJob job)
        {
            if (under.Contains(job))
            {
                var circle = way.Select(w => w.Job.Name).TakeWhile(name => name != job.Name).Prepend(job.Name).Append(job.Name);
                problems.Add(Problem(job, "name", $"jobs need each other in a circle: {string.Join(" needs ", circle.Reverse())}", "Let one of them do without the other's output."));
            }
            else if (!done.Contains(job))
            {
                under.Add(job);
                way.Push((job, new Queue<FlowJob>(NeedsOf(job))));
            }
        }
    }

    private static FlowProblem Problem(FlowJob job, string key, string problem, string remedy)
    {
        var error = job.Source.Error(key, problem, remedy);
        return new FlowProblem(error.Message, error.Remedy);
    }
}
