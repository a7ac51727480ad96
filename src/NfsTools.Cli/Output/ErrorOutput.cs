namespace NfsTools.Cli.Output;

/// <summary>Standard error, a line at a time.</summary>
internal static class ErrorOutput
{
    /// <summary>Writes one line, cleaned of what a terminal would obey. Without a standard error there is nobody to tell.</summary>
    public static void Line(string text)
    {
        if (StandardStream.IsClosed(StandardStream.Error))
        {
            return;
        }

        try
        {
            Console.Error.WriteLine(SafeText.Clean(text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // Full, or too large, for which .NET has the last of these: the exit code says it all the same.
        }
    }
}
