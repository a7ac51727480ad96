using NfsTools.TestKit;
using NfsTools.Watching;

namespace NfsTools.Accounting.Tests.Formats.Contract;

/// <summary>A log as its scheduler and its rotation keep it, in one of the layouts.</summary>
internal sealed class ContractLog
{
    private static readonly DateTime FirstDay = new(2024, 2, 27);
    private readonly FormatSample sample;
    private readonly string layout;
    private readonly string directory;
    private readonly List<MemoryStream> files = [];
    private readonly List<string> truth = [];
    private int rotations;

    public ContractLog(FormatSample sample, string layout, string directory)
    {
        (this.sample, this.layout, this.directory) = (sample, layout, directory);
        Directory.CreateDirectory(directory);
        Begin();
    }

    /// <summary>The log as a collector's source names it.</summary>
    public string Path => LogLayouts.Find(layout)!.IsDirectory ? directory : Growing;

    /// <summary>The file that is written to.</summary>
    public string Growing => System.IO.Path.Combine(directory, LogLayouts.Find(layout)!.IsDirectory ? Day : "acct");

    /// <summary>The jobs that were written.</summary>
    public IReadOnlyList<string> Truth => truth;

    /// <summary>What was written, a file's worth each.</summary>
    public IEnumerable<byte[]> Written => files.Select(f => f.ToArray());

    private string Day => FirstDay.AddDays(rotations).ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Writes records, the last one a job's.</summary>
    public void Append(int records)
    {
        for (var i = 1; i <= records; i++)
        {
            Append(i < records ? sample.Next() : sample.NextJob());
        }
    }

    public void Append(SampleRecord record)
    {
        Append(record.Bytes);
        truth.AddRange(record.Job is { } job ? [job] : []);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        using var live = new FileStream(Growing, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        live.Write(bytes);
        files[^1].Write(bytes);
    }

    /// <summary>What a layout's rotation does; one file for ever is not rotated.</summary>
    public void Rotate()
    {
        var live = Growing;
        rotations++;
        switch (layout)
        {
            case "numbered":
                // None is overwritten: a collector that is killed before it has seen a file's end would miss it, and rightly say so.
                for (var packed = rotations; packed > 1; packed--)
                {
                    if (File.Exists($"{live}.{packed}.gz"))
                    {
                        File.Move($"{live}.{packed}.gz", $"{live}.{packed + 1}.gz");
                    }
                }

                LogRotator.Rotate(live, (LogRotation)(rotations % 3));
                if (rotations > 1)
                {
                    Pack($"{live}.2");
                }

                break;
            case "dated":
                File.Move(live, $"{live}-{Day}{(int.IsEvenInteger(rotations) ? "-1709164800" : "")}");
                Pack(System.IO.Path.Combine(directory, Directory.EnumerateFiles(directory).Where(f => !f.EndsWith(".gz", StringComparison.Ordinal) && f != live).Order().First()));
                break;
            case "daily":
                Pack(live);
                break;
            default:
                return;
        }

        Begin();
    }

    /// <summary>Begins another file, whose name is free by now.</summary>
    /// <param name="begin">What stands in it first; null for what the format says.</param>
    public void Begin(byte[]? begin = null)
    {
        files.Add(new MemoryStream());
        Append(begin ?? sample.Begin());
    }

    private static void Pack(string path)
    {
        File.WriteAllBytes($"{path}.gz", PackedLog.Gzip(File.ReadAllBytes(path)));
        File.Delete(path);
    }
}
