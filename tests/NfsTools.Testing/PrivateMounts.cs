using System.Diagnostics;

namespace NfsTools.Testing;

/// <summary>Runs shell scripts, and nfstools in them, where mounts are nobody else's: in a mount namespace of their own, as root.</summary>
public static class PrivateMounts
{
    private static readonly string[] Limited = ["--user", "--map-root-user"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs a script that calls <c>$NFSTOOLS</c>; its output and exit code. Skips the test where mounts may not be made.</summary>
    public static (int Code, string Output) Run(string directory, string script)
    {
        SkipUnlessAllowed(directory);
        return Shell(directory, $"set -e\n{script}");
    }

    /// <summary>
    /// Runs a script in a user namespace, whose limits of inotify it may set: <c>/proc/sys/user/max_inotify_*</c>. Skips the test
    /// where no such namespace may be made.
    /// </summary>
    public static (int Code, string Output) RunLimited(string directory, string script)
    {
        Assert.SkipUnless(Shell(directory, "echo 5 >/proc/sys/user/max_inotify_watches", Limited).Code == 0, "limits of one's own need user namespaces, which this host does not let its users have");
        return Shell(directory, $"set -e\n{script}", Limited);
    }

    /// <summary>Runs a script as somebody whom modes bind: without root's capabilities, where root runs the tests.</summary>
    public static (int Code, string Output) RunAsPlainUser(string directory, string script) =>
        Command(directory, "/bin/sh", "-c", $"[ $(id -u) != 0 ] || exec setpriv --bounding-set=-all --inh-caps=-all /bin/sh -ec \"$0\"; exec /bin/sh -ec \"$0\"", script);

    /// <summary>Skips the test where mounts may not be made.</summary>
    public static void SkipUnlessAllowed(string directory) =>
        Assert.SkipUnless(Shell(directory, "mount -t tmpfs none . && [ -w /dev/fuse ]").Code == 0, "mounts in a namespace of their own need root, and FUSE");

    /// <summary>Commands that mount a file system which never answers: FUSE whose server, the shell itself, reads no request.</summary>
    public static string Hung(string mountPoint) =>
        $"mkdir {mountPoint}; exec 3<>/dev/fuse; mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 nobody {mountPoint}; ";

    private static (int Code, string Output) Shell(string directory, string script, params string[] namespaces) =>
        Command(directory, ["unshare", "--mount", .. namespaces, "/bin/sh", "-c", script]);

    private static (int Code, string Output) Command(string directory, params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
            Environment = { ["NFSTOOLS"] = NfstoolsProgram.Shell },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(Patience), "The script does not end.");
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }
}
