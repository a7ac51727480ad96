using NfsTools.Accounting.Formats;
using NfsTools.Interop;
using NfsTools.Watching;

namespace NfsTools.Accounting.Collecting;

/// <summary>Says what a live file is that is no log of its format; looked at anew only when the file changed.</summary>
/// <param name="format">The format.</param>
internal sealed class StrangeLog(IAccountingFormat format)
{
    private (FileStatus Status, string? What) judged;

    /// <summary>What it is; null for a log, or nothing.</summary>
    /// <param name="path">The live file, which in some layouts is another one each day.</param>
    public string? What(string path)
    {
        using var file = LogFile.TryOpen(path);
        if (file?.Status() is not { } status || status == judged.Status)
        {
            return file is null ? null : judged.What;
        }

        judged = (status, Kind(file));
        return judged.What;
    }

    private string? Kind(LogFile file)
    {
        string? what = null;
        foreach (var most in new[] { LogFollower.ChunkBytes, StrangeContent.MostBytes })
        {
            var buffer = LogChunk.Rent(most);
            try
            {
                var read = file.Read(buffer.AsSpan(0, most), 0);
                what = StrangeContent.Find(buffer.AsSpan(0, read), format);
                if (what is null || read < most)
                {
                    break;
                }
            }
            catch (DamagedArchiveException)
            {
                // That is told by itself.
                return null;
            }
            finally
            {
                LogChunk.Release(buffer);
            }
        }

        return what;
    }
}
