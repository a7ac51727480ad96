using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Runtime.ExceptionServices;
using NfsTools.Jobs;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>Runs a script block in the scope of the caller as a job: what it writes is taken object by object, errors too.</summary>
internal sealed class ScriptWork(PSCmdlet cmdlet, ScriptBlock script, JobOutput output)
{
    private const string LastExitCode = "global:LASTEXITCODE";

    // The block's errors come as objects, so that each is seen. The second block stands in a scope of its own, with what it is given.
    private const string Run = ". $args[0] 2>&1 | & $args[1]";
    private const string Taker = "param($take) { process { $take.Invoke($_) } }.GetNewClosure()";
    private ExceptionDispatchInfo? interruption;

    /// <summary>Runs it to its end: it has failed where it wrote an error, threw one, or its last program did not return 0.</summary>
    public ChildExit RunToEnd()
    {
        var variables = cmdlet.SessionState.PSVariable;
        variables.Set(LastExitCode, 0);
        var started = Stopwatch.GetTimestamp();
        int? code = null;
        try
        {
            var taker = cmdlet.InvokeCommand.InvokeScript(useLocalScope: true, ScriptBlock.Create(Taker), null, (Action<PSObject?>)Take)[0];
            cmdlet.InvokeCommand.InvokeScript(useLocalScope: false, ScriptBlock.Create(Run), null, script, taker);
        }
        catch (Exception) when (interruption is not null)
        {
            // Whoever reads wants no more, or an error is to end the script: that it came through the block changes nothing.
            interruption.Throw();
        }
        catch (ExitException e)
        {
            code = Convert.ToInt32(e.Argument, CultureInfo.InvariantCulture);
        }
        catch (LoopFlowException)
        {
            // "break" ends the block: what it was to leave is outside.
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            output.WriteError(e.ErrorRecord);
        }

        code ??= variables.GetValue(LastExitCode) as int? ?? 0;
        return new ChildExit { ExitCode = code == 0 && output.Failed ? 1 : code, Elapsed = Stopwatch.GetElapsedTime(started) };
    }

    private void Take(PSObject? written)
    {
        try
        {
            var error = written?.BaseObject as ErrorRecord;
            if (error is not null && EngineStreams.IsNative(error))
            {
                output.WriteErrorLine(error);
            }
            else if (error is not null && EngineStreams.IsError(written!))
            {
                output.WriteError(error);
            }
            else
            {
                output.Write(written);
            }
        }
        catch (Exception e)
        {
            interruption = ExceptionDispatchInfo.Capture(e);
            throw;
        }
    }
}
