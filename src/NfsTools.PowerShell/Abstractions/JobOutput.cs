using System.Management.Automation;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>What a job writes: it goes on to PowerShell's streams as it comes, or is kept for the result.</summary>
/// <param name="cmdlet">The cmdlet that runs the job.</param>
/// <param name="resultOnly">Keep all of it, and write errors alone.</param>
internal sealed class JobOutput(PSCmdlet cmdlet, bool resultOnly)
{
    // Enough to see what went wrong; what goes through the pipeline may be without end.
    private const int MostKept = 1000;
    private readonly Queue<object?> output = [];
    private readonly Queue<object?> errors = [];

    /// <summary>Whether an error was among it.</summary>
    public bool Failed { get; private set; }

    /// <summary>What was written to the output stream, or the last of it.</summary>
    public object?[] Output => [.. output];

    /// <summary>What was written to the error stream, or the last of it.</summary>
    public object?[] Errors => [.. errors];

    /// <summary>Takes an object or a line of output.</summary>
    public void Write(object? written)
    {
        Keep(output, written);
        if (!resultOnly)
        {
            cmdlet.WriteObject(written);
        }
    }

    /// <summary>Takes a line that a program wrote to standard error, which is no failure by itself.</summary>
    public void WriteErrorLine(ErrorRecord line)
    {
        Keep(errors, line.Exception.Message);
        if (!resultOnly)
        {
            EngineStreams.WriteNativeError(cmdlet, line);
        }
    }

    /// <summary>Takes an error.</summary>
    public void WriteError(ErrorRecord error)
    {
        Failed = true;
        Keep(errors, error);
        cmdlet.WriteError(error);
    }

    private void Keep(Queue<object?> kept, object? written)
    {
        kept.Enqueue(written);
        if (!resultOnly && kept.Count > MostKept)
        {
            kept.Dequeue();
        }
    }
}
