using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Stamps;

namespace NfsTools.Jobs;

/// <summary>Judges a job's inputs: what reading them on this host will show, and whether they changed while it ran.</summary>
internal static class InputGuard
{
    /// <summary>
    /// Makes sure that opening and reading files on this host shows what their server has: on NFS it does once parent and file
    /// were asked about past the cache, unless a process of this host holds the file open for writing or the mount has nocto.
    /// A lock taken and released there makes the client drop the content it has cached.
    /// </summary>
    /// <returns>The reason in words for each file where there is one, and whether it can be relied on.</returns>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public static Dictionary<string, ReadReason> FreshReads(IReadOnlyList<string> paths, FreshStamps stamps)
    {
        List<SharedInput> shared = [.. paths.Select(p => SharedInput.Of(p, stamps)).Where(p => p.Place.Family == FileSystemFamily.Nfs)];
        var reasons = new Dictionary<string, ReadReason>(StringComparer.Ordinal);
        if (shared.Count == 0)
        {
            return reasons;
        }

        var writers = OpenWriters.Of(shared.Select(p => p.Real).ToHashSet(StringComparer.Ordinal));
        var found = InFlight.Select(shared, file =>
        {
            var why = writers.TryGetValue(file.Real, out var writer) ? $"process {writer} of this host holds it open for writing"
                : file.Place.Mount.Has("nocto") ? "the mount has nocto"
                : null;
            return why is null
                ? new ReadReason("its directories and the file were asked about past the cache, and no process is seen to hold it open for writing here: opening it shows what the server has", true)
                : DropCache(file.Real, why, stamps);
        });
        for (var i = 0; i < found.Length; i++)
        {
            reasons[shared[i].Path] = found[i];
        }

        return reasons;
    }

    /// <summary>Compares an input after the job with what it was before.</summary>
    /// <param name="input">What is known of it from before.</param>
    /// <param name="after">What was seen after.</param>
    /// <param name="hash">The hash of its content after; null where not asked for.</param>
    /// <param name="allowed">What the job may do to it.</param>
    public static InputEvidence Judge(InputEvidence input, StampLook after, string? hash, AllowedChanges allowed)
    {
        var (unchanged, reason) = (input.Before.Found, after.Stamp) switch
        {
            (_, null) => (false, $"whether it changed cannot be told: {after.Problem}"),
            (null, _) => (false, "whether it changed cannot be told: it was not seen before"),
            ({ Exists: false }, { Exists: false }) => (true, "nothing is there, as before"),
            _ when allowed.Write(input.Path) => (true, "the job updates it"),
            (_, { Exists: false }) => allowed.Remove(input.Path) ? (true, "it is gone, as the job leaves it") : (false, "it is gone"),
            var (before, now) when before.Same(now) || OnlyLinked(before, now, input.Path, allowed) => hash == input.HashBefore
                ? (true, hash is null ? "its stamp is the same as before" : "its stamp and content are the same as before")
                : (false, "its stamp is the same as before, but its content differs"),
            var (before, now) when hash is not null && hash == input.HashBefore && before.Size == now.Size && before.ModifyTimeNs == now.ModifyTimeNs
                => (true, "only its ctime, mode or inode changed; its content is the same as before"),
            ({ Tree: { } was } before, { Tree: { } tree } now) when before.Inode == now.Inode && was.Difference(allowed.Real(input.Path), tree, allowed.Outputs, allowed.Link(input.Path, now)) is var change =>
                change is null ? (true, "what is in it is the same as before, but for the job's outputs") : (false, "it changed: " + change),
            var (before, now) => (false, "it changed: " + FileExpectation.Difference(before, now)),
        };
        return input with { After = after.Stamp, Unchanged = unchanged, Reason = reason, HashAfter = hash };
    }

    /// <summary>Judges an input that was learnt from tracing, when the job is over.</summary>
    /// <param name="expected">What was expected of it.</param>
    /// <param name="after">What was seen after the job.</param>
    /// <param name="hash">The hash of its content after; null where not asked for.</param>
    /// <param name="start">When the job started, by the clock of the file's server; null where that is not known.</param>
    /// <param name="allowed">What the job may do to it.</param>
    public static InputEvidence JudgeTraced(FileExpectation expected, StampLook after, string? hash, long? start, AllowedChanges allowed)
    {
        var mayChange = allowed.Write(expected.Path);
        var (verdict, reason) = after.Stamp is { } stamp ? mayChange ? (StampVerdict.Holds, "it is there") : expected.Judge(stamp) : (StampVerdict.NoAnswer, after.Problem);
        var status = after.Stamp?.Status;
        var (unchanged, why) = verdict != StampVerdict.Holds ? (false, $"the command read it, and it is not as expected: {reason}")
            : mayChange ? (true, "the job updates it")
            : start is null ? (true, "whether it changed meanwhile is not known, because its server's clock cannot be asked")
            : status is { } now && (now.ModifyTime > start || (now.ChangeTime > start && !allowed.Link(expected.Path, after.Stamp!))) ? (false, "it changed after the job's start")
            : (true, "it was last changed before the job's start");
        return new InputEvidence(expected.Path, new FileCheck(expected.Path, expected, after.Stamp, 1, TimeSpan.Zero, verdict, reason)) { After = after.Stamp, Unchanged = unchanged, Reason = why, HashAfter = hash };
    }

    // A name more moves the ctime and nothing else. Others may give one, too, but what hides behind it cannot be told then.
    private static bool OnlyLinked(FileStamp before, FileStamp now, string path, AllowedChanges allowed) =>
        before.Status is { IsRegular: true } was && now.Status is { } status && was.Links != status.Links && allowed.Link(path, now) && was.Same(status with { ChangeTime = was.ChangeTime });

    private static ReadReason DropCache(string path, string why, FreshStamps stamps)
    {
        stamps.RenewNames(Path.GetDirectoryName(path) ?? "/");
        using var file = ReadOnlyFile.TryOpen(path);
        return file is null ? new($"{why}, and it cannot be opened", false)
            : file.TryDropCache() is { } error ? new($"{why}, so that its content here may be old, and a lock, which would renew it, was refused: {error}", false)
            : new($"{why}: a lock, taken and released, made this host drop what it had cached of the content", true);
    }

    /// <summary>Why reading a file shows what its server has.</summary>
    /// <param name="Reason">In words.</param>
    /// <param name="Fresh">Whether it does.</param>
    internal sealed record ReadReason(string Reason, bool Fresh);

    private sealed record SharedInput(string Path, string Real, SharedFileSystem Place)
    {
        public static SharedInput Of(string path, FreshStamps stamps)
        {
            var real = Libc.RealPath(path) ?? path;
            return new SharedInput(path, real, stamps.PlaceOf(System.IO.Path.GetDirectoryName(real) ?? "/"));
        }
    }
}
