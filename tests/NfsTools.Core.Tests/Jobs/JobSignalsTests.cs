using NfsTools.Jobs;

namespace NfsTools.Core.Tests.Jobs;

public sealed class JobSignalsTests
{
    // A handler that is at work is not waited for: it may come to its end when nobody takes signals any more.
    [Fact]
    public void A_signal_that_is_taken_when_all_is_over_does_nothing()
    {
        const int terminate = 15;
        var signals = new JobSignals();
        signals.Dispose();

        Assert.True(signals.Take(terminate));
        Assert.Equal(terminate, signals.Received);
    }
}
