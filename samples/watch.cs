#:package NfsTools.Core@0.1.0

// Tells of every change of files and directories, whichever host made it: dotnet run samples/watch.cs /shared/inbox
using NfsTools;
using NfsTools.Watching;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) => { key.Cancel = true; stop.Cancel(); };
try
{
    var watcher = new FileWatcher(new WatchOptions { Paths = args, Recurse = true });
    foreach (var change in watcher.Watch(stop.Token))
    {
        Console.WriteLine($"{change.SeenAt.ToLocalTime():HH:mm:ss} {change.Origin} {change.Kind} {change.Path} {change.After?.Size}");
    }

    return 0;
}
catch (NfsToolsException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
