using NfsTools.FileSystems;
using NfsTools.Interop;
using NfsTools.Yaml;

namespace NfsTools.Jobs;

/// <summary>Tables of known commands: which of their arguments are inputs and outputs.</summary>
public sealed class Capsules
{
    private const string Key = "capsules";
    private readonly List<Capsule> own;

    /// <summary>The tables of files, and behind them the shipped one.</summary>
    /// <param name="files">YAML files, each like the shipped table.</param>
    /// <exception cref="NfsToolsException">A file cannot be read, or something in it is wrong; the message names line and column.</exception>
    public Capsules(params IEnumerable<string> files) => own = [.. files.SelectMany(Read)];

    /// <summary>The shipped table, as a file of one's own would be written.</summary>
    public static string ReadShipped() => CapsuleText.Of(ShippedCapsules.All);

    /// <summary>The files of a command, absolute; null where no table knows it.</summary>
    internal JobFiles? FilesOf(ChildCommand command)
    {
        var name = Path.GetFileName(command.FileName);
        var directory = FilePath.Full(command.WorkingDirectory ?? ".");
        return (First(own) ?? (First(ShippedCapsules.All) is { } known ? known with { LinksAreKnown = true } : null))?.In(directory);

        JobFiles? First(IEnumerable<Capsule> capsules) => capsules.Select(c => c.FilesOf(name, command.Arguments, directory)).FirstOrDefault(files => files is not null);
    }

    internal static IEnumerable<Capsule> Read(string file) => YamlMapping.Load(file, [Key]).Mappings(Key, Capsule.Keys).Select(Capsule.Of);
}
