namespace NfsTools.Testing;

/// <summary>A directory of a test's own, gone when the test is over.</summary>
public sealed class TestDirectory : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("nfstools-test-");

    public string this[string name] => Path.Combine(directory.FullName, name);

    public void Dispose() => directory.Delete(recursive: true);
}
