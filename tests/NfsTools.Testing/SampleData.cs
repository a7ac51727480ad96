namespace NfsTools.Testing;

/// <summary>Real accounting data that lies beside the checkout on some machines; it is never copied into it.</summary>
public static class SampleData
{
    /// <summary>The path of a sample; skips the test where there is none.</summary>
    public static string Path(string name)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var path = System.IO.Path.Combine(at.FullName, "shared", "data", name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        Assert.Skip($"The sample data {name} is not on this machine.");
        return "";
    }
}
