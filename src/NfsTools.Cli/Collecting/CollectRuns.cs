using System.Globalization;
using System.Runtime.InteropServices;
using NfsTools.Accounting.Collecting;
using NfsTools.Accounting.Store;
using NfsTools.Cli.Output;
using NfsTools.Cli.Services;
using NfsTools.Interop;

namespace NfsTools.Cli.Collecting;

/// <summary>
/// Collects by one configuration until the next one is in force. SIGHUP has it read again: a good one is in force once the batch
/// in hand is committed, a bad one is told of and changes nothing.
/// </summary>
internal sealed class CollectRuns : IDisposable
{
    private readonly Func<CollectorConfiguration> configure;
    private readonly CollectReporter reporter;
    private readonly ServiceManager manager;
    private readonly CancellationToken stop;
    private readonly CollectorMetrics metrics;
    private readonly PosixSignalRegistration? reloads;
    private readonly Lock gate = new();
    private CollectorConfiguration configuration;
    private CollectorConfiguration? next;
    private CancellationTokenSource? run;
    private AccountingStore? store;
    private CollectorMetricsFile? metricsFile;

    /// <param name="configuration">What is in force first.</param>
    /// <param name="configure">Reads the configuration again; null where there is none to read.</param>
    /// <param name="reporter">Told of what happens.</param>
    /// <param name="manager">Told of the state.</param>
    /// <param name="stop">Ends it.</param>
    public CollectRuns(CollectorConfiguration configuration, Func<CollectorConfiguration>? configure, CollectReporter reporter, ServiceManager manager, CancellationToken stop)
    {
        (this.configuration, this.configure, this.reporter, this.manager, this.stop) = (configuration, configure!, reporter, manager, stop);
        metrics = new CollectorMetrics(reporter);
        Follow();
        reloads = configure is null ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            Reload();
        });
    }

    /// <summary>Collects until all is read or until it is stopped.</summary>
    /// <exception cref="UsageException">The metrics' file cannot be written.</exception>
    /// <exception cref="NfsToolsException">It cannot go on; everything committed so far stays.</exception>
    public CollectorSummary Run()
    {
        Enter(configuration);
        using var stopping = stop.Register(manager.Stopping);
        using var heartbeat = new Heartbeat(manager, reporter, Status);
        manager.Ready(Status());
        var total = new CollectorSummary(0, 0, 0, 0, TimeSpan.Zero);
        do
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
            lock (gate)
            {
                run = ending;
                if (next is not null)
                {
                    ending.Cancel();
                }
            }

            var pulse = heartbeat.Watch();
            var done = new Collector(store!, configuration.Options, metrics, pulse: pulse).Run(ending.Token);
            total = new CollectorSummary(
                total.Bytes + done.Bytes, total.Records + done.Records, total.Duplicates + done.Duplicates, total.Rejects + done.Rejects, total.Elapsed + done.Elapsed);
            using (pulse.Waiting(answerer: null))
            {
                // Another store may take its time to open.
                if (stop.IsCancellationRequested || !GoOn())
                {
                    return total;
                }
            }
        }
        while (true);
    }

    public void Dispose()
    {
        reloads?.Dispose();
        metricsFile?.Dispose();
        store?.Dispose();
    }

    private string Status()
    {
        var (records, rejects, lag) = metrics.Totals;
        return string.Create(CultureInfo.InvariantCulture, $"{records} new records, {rejects} rejects, {lag} bytes waiting");
    }

    // On the thread of the signal: a configuration on a file server that is away must not hold the collector up.
    private void Reload()
    {
        manager.Reloading();
        try
        {
            var read = configure();
            lock (gate)
            {
                next = read;
                run?.Cancel();
            }
        }
        catch (UsageException e)
        {
            Refuse(e.Message, e.Remedy);
        }
        catch (ObjectDisposedException)
        {
            // The collector is between two runs, or at its end: the next run begins with what was read.
        }
    }

    private void Refuse(string message, string remedy)
    {
        reporter.Tell(new LogEvent(LogLevel.Error, "refused", ("message", message), ("remedy", remedy)));
        manager.Ready(Status());
    }

    // Whether there is another configuration to collect by, or the old one is to go on.
    private bool GoOn()
    {
        CollectorConfiguration? wanted;
        lock (gate)
        {
            (wanted, next) = (next, null);
        }

        if (wanted is null)
        {
            return false;
        }

        try
        {
            Enter(wanted);
            reporter.Tell(new LogEvent(LogLevel.Info, "reloaded", ("sources", configuration.Options.Sources.Count), ("store", store!.Name)));
            manager.Ready(Status());
        }
        catch (UsageException e)
        {
            Refuse(e.Message, e.Remedy);
        }
        catch (NfsToolsException e)
        {
            Refuse(e.Message, e.Remedy);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }

        return true;
    }

    // Puts a configuration in force, or leaves all as it was.
    private void Enter(CollectorConfiguration wanted)
    {
        wanted.Options.Check();
        var sameStore = store is not null && IsSame(wanted.Store, configuration.Store);
        var opened = sameStore ? store! : Open(wanted.Store);
        var sameMetrics = metricsFile?.FilePath == wanted.Metrics;
        try
        {
            if (!sameMetrics)
            {
                var begun = wanted.Metrics is { } path ? UsageException.Check(() => new CollectorMetricsFile(path, metrics, message => WarnOfMetrics(path, message))) : null;
                metricsFile?.Remove();
                metricsFile = begun;
            }
        }
        catch when (!sameStore)
        {
            opened.Dispose();
            throw;
        }

        if (!sameStore)
        {
            store?.Dispose();
        }

        (store, configuration) = (opened, wanted);
        Follow();
        reporter.Store = store;
        reporter.Apply(wanted);
    }

    // The first store is waited for. Another one takes its place if it can be used, or is a database that is away.
    private AccountingStore Open(StoreAddress address)
    {
        var opened = AccountingStore.OpenLater(address.Until(stop));
        try
        {
            if (store is not null)
            {
                opened.HoldToCollect();
            }
        }
        catch
        {
            opened.Dispose();
            throw;
        }

        return opened;
    }

    private void Follow() => metrics.Follow(configuration.Options.Sources, configuration.Store.Name, isActive: !configuration.Store.IsServer);

    private void WarnOfMetrics(string path, string message) => reporter.Tell(new LogEvent(LogLevel.Warning, "metrics", ("path", path), ("message", message)));

    private static bool IsSame(StoreAddress one, StoreAddress other) => (one.Text, one.PasswordFile, one.AllowNetwork) == (other.Text, other.PasswordFile, other.AllowNetwork);
}
