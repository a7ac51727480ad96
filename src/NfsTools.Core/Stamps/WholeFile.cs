namespace NfsTools.Stamps;

/// <summary>Writes files that appear under their names whole, or not at all, also when the host crashes.</summary>
internal static class WholeFile
{
    /// <summary>Writes a file, in place of one that may be there; what could not be written leaves nothing behind.</summary>
    /// <param name="path">Its name; it is made as that with a unique ending, and .tmp behind.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        var made = false;
        try
        {
            // Shared, so that no lock is asked for: on NFS that would be the server's.
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite))
            {
                made = true;
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch when (made)
        {
            File.Delete(temporary);
            throw;
        }
    }
}
