using NfsTools.Cli.Output;

namespace NfsTools.Cli.Collecting;

/// <summary>
/// Lines that go out at once. Whoever reads them may go away: a collector that runs once finishes its work all the same,
/// one that follows its logs stops. Safe to use from several threads.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="finish">Whether the work goes on without a reader.</param>
/// <param name="stop">Ends the work.</param>
internal sealed class LineOutput(TextWriter output, bool finish, Action stop)
{
    private readonly Lock gate = new();
    private NfsToolsException? failure;
    private bool closed;

    public void Write(Action<TextWriter> line)
    {
        lock (gate)
        {
            if (closed)
            {
                return;
            }

            try
            {
                line(output);
                output.Flush();
            }
            catch (ClosedOutputException)
            {
                closed = true;
                if (!finish)
                {
                    stop();
                }
            }
            catch (NfsToolsException e)
            {
                // Told when the collector has ended, which a timer's thread could not do.
                closed = true;
                failure = e;
                stop();
            }
        }
    }

    /// <exception cref="NfsToolsException">A line could not be written.</exception>
    public void ThrowIfFailed()
    {
        if (failure is not null)
        {
            throw failure;
        }
    }
}
