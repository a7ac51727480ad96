using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Store;

namespace NfsTools.Cli.Collecting;

/// <summary>Tells what a collector does, while it works and at its end.</summary>
internal abstract class CollectReporter : IProgress<CollectorEvent>, IDisposable
{
    /// <summary>The store that is collected into; another one after the configuration was read again.</summary>
    public AccountingStore? Store { get; set; }

    /// <summary>Logs as a configuration wants it.</summary>
    public virtual void Apply(CollectorConfiguration configuration)
    {
    }

    /// <summary>Lets the collector work.</summary>
    public virtual CollectorSummary Watch(Func<CollectorSummary> collect) => collect();

    /// <summary>Called on the collecting thread.</summary>
    public abstract void Report(CollectorEvent value);

    /// <summary>Tells what happens beside collecting; may be called on any thread.</summary>
    public abstract void Tell(LogEvent told);

    /// <summary>The collector has ended.</summary>
    public abstract void End(CollectorSummary summary);

    public virtual void Dispose()
    {
    }
}
