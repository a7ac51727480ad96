using System.Text;
using NfsTools.Stamps;

namespace NfsTools.Cli.Services;

/// <summary>Unit files on disk: appear whole, and never in the place of somebody else's.</summary>
internal static class UnitFiles
{
    private const string MarkerEnd = "written by \"nfstools service install\", which may replace it; changes belong into \"systemctl edit\"";
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The first line of a unit that is ours.</summary>
    public static string Marker(string name, string kind) => $"# {name}.{kind}, {MarkerEnd}";

    /// <summary>Whether there is such a unit, and it is ours.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool IsOurs(string path) => File.Exists(path) && File.ReadLines(path).FirstOrDefault() is { } first && first.EndsWith(MarkerEnd, StringComparison.Ordinal);

    /// <summary>Writes units into a directory, all or, where one may not be replaced, none.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="units">Their names and texts.</param>
    /// <param name="force">Replace units that are not ours too.</param>
    /// <exception cref="NfsToolsException">One may not be replaced, or the directory cannot be written to.</exception>
    public static void Write(string directory, IReadOnlyList<(string FileName, string Text)> units, bool force)
    {
        try
        {
            // A link that leads nowhere is there all the same, e.g. that of a masked unit.
            foreach (var path in units.Select(u => Path.Join(directory, u.FileName)).Where(p => !force && (File.Exists(p) || new FileInfo(p).LinkTarget is not null) && !IsOurs(p)))
            {
                throw new NfsToolsException($"{path}: the unit is there, and was not written by nfstools.", "Choose another --name, or replace it with --force.");
            }

            foreach (var (fileName, text) in units)
            {
                // That of a masked unit leads to /dev/null.
                var path = Path.Join(directory, fileName);
                if (new FileInfo(path).LinkTarget is not null)
                {
                    File.Delete(path);
                }

                WholeFile.Write(path, "unit", file => file.Write(Encoding.UTF8.GetBytes(text)), Mode);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NfsToolsException { InnerException: not null })
        {
            throw new NfsToolsException($"{directory}: the units cannot be written: {(e is NfsToolsException ? e.InnerException! : e).Message}", "Run it as root, name another directory with --unit-directory, or see them with --print.", e);
        }
    }
}
