using NfsTools.Accounting;

namespace NfsTools.Cli.Collecting;

/// <summary>Tells what a collector does, while it works and at its end.</summary>
internal abstract class CollectReporter : IProgress<CollectorEvent>, IDisposable
{
    /// <summary>Lets the collector work.</summary>
    public virtual CollectorSummary Watch(Func<CollectorSummary> collect) => collect();

    /// <summary>Called on the collecting thread.</summary>
    public abstract void Report(CollectorEvent value);

    /// <summary>The collector has ended.</summary>
    public abstract void End(CollectorSummary summary);

    public virtual void Dispose()
    {
    }
}
