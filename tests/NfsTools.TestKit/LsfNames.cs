namespace NfsTools.TestKit;

/// <summary>The names of a made-up cluster.</summary>
internal sealed class LsfNames(LsfGeneratorOptions options)
{
    private static readonly string[] CommonQueues =
        ["normal", "short", "long", "priority", "regress", "night", "interactive", "gpu"];

    public string[] Users { get; } = Table(options.Users, n => $"user{n:000}");

    public string[] Queues { get; } =
        Table(options.Queues, n => n < CommonQueues.Length ? CommonQueues[n] : $"queue{n:00}");

    public string[] Projects { get; } = Table(options.Projects, n => n == 0 ? "default" : $"proj_{n:00}");

    public string[] Hosts { get; } = Table(options.Hosts, n => $"lx{n:0000}");

    private static string[] Table(int count, Func<int, string> name) => [.. Enumerable.Range(0, count).Select(name)];
}
