using System.Text;

namespace NfsTools.Accounting.Formats.HTCondor;

/// <summary>Finds the attributes that columns are taken from by their names, in which upper and lower case are the same.</summary>
internal static class HTCondorKeys
{
    private static readonly (byte[] Name, HTCondorKey Key)[][] ByLength = Group();

    /// <summary>How many there are.</summary>
    public static int Count { get; } = Enum.GetValues<HTCondorKey>().Length;

    /// <summary>The attribute of a name; null for one that no column is taken from.</summary>
    public static HTCondorKey? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length < ByLength.Length)
        {
            foreach (var (known, key) in ByLength[name.Length])
            {
                if (((known[0] ^ name[0]) & 0xdf) == 0 && Ascii.EqualsIgnoreCase(known, name))
                {
                    return key;
                }
            }
        }

        return null;
    }

    private static (byte[] Name, HTCondorKey Key)[][] Group()
    {
        var all = Enum.GetValues<HTCondorKey>().Select(k => (Name: Encoding.ASCII.GetBytes(k.ToString()), Key: k)).ToArray();
        return [.. Enumerable.Range(0, all.Max(k => k.Name.Length) + 1).Select(l => all.Where(k => k.Name.Length == l).ToArray())];
    }
}
