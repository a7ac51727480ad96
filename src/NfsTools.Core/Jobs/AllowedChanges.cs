using NfsTools.Stamps;

namespace NfsTools.Jobs;

/// <summary>What a job may do to its inputs: write those that are outputs too, remove those it consumes, give names to those it links.</summary>
internal sealed class AllowedChanges
{
    private readonly IReadOnlyDictionary<string, string> real;
    private readonly HashSet<string> consumed;
    private readonly HashSet<string> linked;
    private readonly HashSet<ulong> outputInodes;
    private readonly InputWatch? watch;
    private readonly bool linksAreKnown;

    /// <param name="files">The job's files, absolute.</param>
    /// <param name="real">What their names led to before the job; a name that is missing leads to itself.</param>
    /// <param name="written">Its outputs after it.</param>
    /// <param name="watch">What was seen of its inputs meanwhile; null where nobody looked.</param>
    public AllowedChanges(JobFiles files, IReadOnlyDictionary<string, string> real, IEnumerable<StampLook> written, InputWatch? watch)
    {
        (this.real, this.watch, linksAreKnown) = (real, watch, files.LinksAreKnown);
        Outputs = files.Outputs.Concat(files.Outputs.Select(Real)).ToHashSet(StringComparer.Ordinal);
        consumed = files.Consumed.ToHashSet(StringComparer.Ordinal);
        linked = files.Linked.ToHashSet(StringComparer.Ordinal);
        outputInodes = [.. written.Where(w => w.Stamp?.Exists == true).Select(w => w.Stamp!.Inode)];
    }

    /// <summary>The outputs, by their names and by what those lead to.</summary>
    public IReadOnlySet<string> Outputs { get; }

    /// <summary>What a name led to before the job.</summary>
    public string Real(string path) => real.GetValueOrDefault(path, path);

    /// <summary>Whether it may write an input.</summary>
    public bool Write(string path) => Outputs.Contains(path) || Outputs.Contains(Real(path));

    /// <summary>Whether it may remove an input.</summary>
    public bool Remove(string path) => consumed.Contains(path);

    /// <summary>Whether it may give an input, or what is in it, more names; one of its outputs may be such a name, if nothing else was done to it.</summary>
    public bool Link(string path, FileStamp now) => linked.Contains(path) || (!linksAreKnown && outputInodes.Contains(now.Inode) && watch?.MayHaveTouched(Real(path)) != true);
}
