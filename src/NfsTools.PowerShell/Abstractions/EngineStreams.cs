using System.Management.Automation;
using System.Reflection;

namespace NfsTools.PowerShell.Abstractions;

/// <summary>
/// What PowerShell's engine knows of its streams, and offers to no cmdlet by its public interface. Where an engine has it no
/// more, lines go through the pipeline, and lines of standard error are errors as a cmdlet's are.
/// </summary>
internal static class EngineStreams
{
    /// <summary>The id of the errors that lines of standard error are.</summary>
    public const string NativeError = "NativeCommandError";

    private const string TerminalHost = "ConsoleHost";
    private const string HostsOwn = "Out-Default";
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Whether this process's standard streams are the session's: not where it is a job, or serves a remote one.</summary>
    public static bool AreOfThisProcess(PSCmdlet cmdlet) => cmdlet.Host.Name == TerminalHost;

    /// <summary>Whether all that a cmdlet writes goes to this process's standard streams, and nobody else wants it.</summary>
    public static bool AreUnused(PSCmdlet cmdlet) =>
        AreOfThisProcess(cmdlet)
        && EndsAtHost(cmdlet, "OutputPipe")
        && EndsAtHost(cmdlet, "ErrorOutputPipe")
        && Value(cmdlet.Host.UI, "IsTranscribing") is not true
        && !cmdlet.MyInvocation.BoundParameters.Keys.Any(name => name is "OutVariable" or "ErrorVariable" or "PipelineVariable");

    /// <summary>Whether an error came from the error stream, rather than as output.</summary>
    public static bool IsError(PSObject error) => Value(error, "WriteStream")?.ToString() is null or "Error";

    /// <summary>Whether an error is a line that a native command wrote to standard error.</summary>
    public static bool IsNative(ErrorRecord error) => error.FullyQualifiedErrorId is NativeError or "NativeCommandErrorMessage";

    /// <summary>Writes a line of standard error: neither does it end a script whose preference is to stop at errors, nor is it a failure.</summary>
    public static void WriteNativeError(PSCmdlet cmdlet, ErrorRecord line)
    {
        var bound = cmdlet.MyInvocation.BoundParameters;
        if (bound.ContainsKey("ErrorVariable"))
        {
            Call(cmdlet.CommandRuntime, "AppendErrorToVariables", line);
        }

        if (bound.GetValueOrDefault("ErrorAction") is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore)
            && !Call(cmdlet.CommandRuntime, "_WriteErrorSkipAllowCheck", line, null, true))
        {
            cmdlet.WriteError(line);
        }
    }

    /// <summary>The object of the pipeline that a cmdlet works on; null where it is not known.</summary>
    public static object? Piped(PSCmdlet cmdlet) => (Value(cmdlet, "CurrentPipelineObject") as PSObject)?.BaseObject;

    private static bool EndsAtHost(PSCmdlet cmdlet, string pipe) =>
        Value(Value(Value(Value(cmdlet.CommandRuntime, pipe), "DownstreamCmdlet"), "CommandInfo"), "Name") is HostsOwn;

    // Whether there is such a method.
    private static bool Call(object of, string method, params object?[] arguments)
    {
        var found = of.GetType().GetMethod(method, Any);
        found?.Invoke(of, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null);
        return found is not null;
    }

    private static object? Value(object? of, string property) => of?.GetType().GetProperty(property, Any)?.GetValue(of);
}
