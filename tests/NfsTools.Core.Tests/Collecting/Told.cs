using System.Collections.Concurrent;
using System.Threading.Channels;
using NfsTools.Accounting;

namespace NfsTools.Core.Tests.Collecting;

/// <summary>What a collector tells, kept, and to be waited for.</summary>
internal sealed class Told : IProgress<CollectorEvent>
{
    private readonly ConcurrentQueue<CollectorEvent> events = [];
    private readonly Channel<CollectorEvent> unread = Channel.CreateUnbounded<CollectorEvent>();

    public IReadOnlyCollection<CollectorEvent> Events => events;

    public void Report(CollectorEvent value)
    {
        events.Enqueue(value);
        unread.Writer.TryWrite(value);
    }

    /// <summary>Waits for the next event of a kind; those before it are passed over.</summary>
    public async Task<CollectorEvent> Next(CollectorEventKind kind, string text = "")
    {
        while (true)
        {
            var told = await unread.Reader.ReadAsync(TestContext.Current.CancellationToken);
            if (told.Kind == kind && told.Message.Contains(text, StringComparison.Ordinal))
            {
                return told;
            }
        }
    }
}
