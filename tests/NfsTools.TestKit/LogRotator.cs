namespace NfsTools.TestKit;

/// <summary>Rotates a log with archives numbered from 1, in one process: nobody may write to it at the same time.</summary>
public static class LogRotator
{
    /// <summary>More archives than any test makes, so that none is lost.</summary>
    public const int DefaultKeep = 1_000_000;

    /// <param name="livePath">The file being written, which must exist.</param>
    /// <param name="how">The way to rotate.</param>
    /// <param name="keep">The highest archive number, at least 1; that archive is overwritten when there is one more.</param>
    public static void Rotate(string livePath, LogRotation how, int keep = DefaultKeep)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        switch (how)
        {
            case LogRotation.Rename:
                Renumber(livePath, keep);
                File.Move(livePath, $"{livePath}.1", overwrite: true);
                File.Create(livePath).Dispose();
                break;
            case LogRotation.CopyUnlinkRenumber:
                Copy(livePath, $"{livePath}.0");
                File.Delete(livePath);
                File.Create(livePath).Dispose();
                Renumber(livePath, keep);
                File.Move($"{livePath}.0", $"{livePath}.1", overwrite: true);
                break;
            case LogRotation.CopyTruncate:
                Renumber(livePath, keep);
                Copy(livePath, $"{livePath}.1");
                using (FileStream live = Open(livePath, FileMode.Open, FileAccess.Write))
                {
                    live.SetLength(0);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(how), how, "Unknown rotation.");
        }
    }

    /// <summary>Renames .n to .n+1 downward and so frees .1; a hole in the numbering takes the archive below it and stops there.</summary>
    private static void Renumber(string livePath, int keep)
    {
        int highest = 0;
        while (highest < keep - 1 && File.Exists($"{livePath}.{highest + 1}"))
        {
            highest++;
        }

        for (int n = highest; n >= 1; n--)
        {
            File.Move($"{livePath}.{n}", $"{livePath}.{n + 1}", overwrite: true);
        }
    }

    /// <summary>Byte by byte as a daemon does it: File.Copy would also carry over the modification time.</summary>
    private static void Copy(string from, string to)
    {
        using FileStream source = Open(from, FileMode.Open, FileAccess.Read);
        using FileStream target = Open(to, FileMode.Create, FileAccess.Write);
        source.CopyTo(target);
    }

    private static FileStream Open(string path, FileMode mode, FileAccess access) =>
        new(path, mode, access, FileShare.ReadWrite | FileShare.Delete);
}
