using System.Diagnostics;
using System.Text;

namespace NfsTools.TestKit;

/// <summary>Generates logs, or writes and rotates one live in a process of its own for tests to follow.</summary>
internal static class Program
{
    private const string Usage = """
        usage: NfsTools.TestKit generate --out FILE --records N [common options]
               NfsTools.TestKit write --live PATH --records N --truth FILE [common options]
                   [--rotate-every N] [--rotations Rename,CopyUnlinkRenumber,CopyTruncate]
                   [--torn] [--torn-pause-ms T] [--per-second R] [--duration-seconds T] [--until-eof]
        common options: [--seed S] [--versions 10.108,9.11] [--defects R] [--quirks R] [--filler R] [--other R]
                        [--users N] [--projects N]
        R is a rate from 0 to 1, except in --per-second. Without --seed a random one is drawn; it is printed.
        With --until-eof it ends, behind a whole record, when its standard input is closed.
        The truth file gets a line for each record after the record itself: kind, job id, index, submit, event.
        """;

    private static readonly string[] CommonNames =
        ["--records", "--seed", "--versions", "--defects", "--quirks", "--filler", "--other", "--users", "--projects"];

    private static readonly string[] WriteNames =
        ["--live", "--truth", "--rotate-every", "--rotations", "--torn-pause-ms", "--per-second", "--duration-seconds"];

    public static int Main(string[] arguments)
    {
        try
        {
            switch (arguments)
            {
                case ["generate", ..]:
                    Generate(new CommandLine(arguments.AsSpan(1), [.. CommonNames, "--out"], []));
                    return 0;
                case ["write", ..]:
                    Write(new CommandLine(arguments.AsSpan(1), [.. CommonNames, .. WriteNames], ["--torn", "--until-eof"]));
                    return 0;
                default:
                    throw new FormatException("The first argument must be 'generate' or 'write'.");
            }
        }
        catch (FormatException error)
        {
            Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine(Usage);
            return 2;
        }
    }

    private static void Generate(CommandLine line)
    {
        string path = line.Required("--out");
        long records = line.Number<long>("--records");
        LsfLogGenerator generator = CreateGenerator(line, out _);

        var clock = Stopwatch.StartNew();
        using FileStream file = File.Create(path);
        generator.WriteTo(file, records);
        Console.WriteLine($"{records} records, {file.Length} bytes, {clock.Elapsed.TotalSeconds:F2} seconds");
    }

    private static void Write(CommandLine line)
    {
        string live = line.Required("--live");
        long records = line.Number<long>("--records");
        string truthPath = line.Required("--truth");
        double perSecond = line.Number("--per-second", double.PositiveInfinity);
        double duration = line.Number("--duration-seconds", double.PositiveInfinity);
        var options = new LogWriterOptions
        {
            RotateEvery = line.Number("--rotate-every", 0),
            Rotations = [.. line.List("--rotations", "Rename,CopyUnlinkRenumber,CopyTruncate").Select(ParseRotation)],
            Torn = line.Has("--torn"),
            TornPause = TimeSpan.FromMilliseconds(line.Number("--torn-pause-ms", 0.0)),
            KeepTruth = false,
        };
        LsfLogGenerator generator = CreateGenerator(line, out int seed);

        using var writer = new LogWriter(live, seed, options);
        using var truth = new FileStream(truthPath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var clock = Stopwatch.StartNew();
        // Console.In reads in the caller's thread whatever its methods are called.
        Task ended = line.Has("--until-eof") ? Task.Run(Console.In.ReadToEnd) : Task.Delay(Timeout.Infinite);
        while (writer.Records < records && clock.Elapsed.TotalSeconds < duration && !ended.IsCompleted)
        {
            double early = writer.Records / perSecond - clock.Elapsed.TotalSeconds;
            if (early > 0)
            {
                Thread.Sleep(TimeSpan.FromSeconds(Math.Min(early, 1)));
                continue;
            }

            GeneratedRecord record = generator.Next();
            writer.Append(record);
            truth.Write(Encoding.ASCII.GetBytes(
                $"{record.Kind}\t{record.JobId}\t{record.Index}\t{record.SubmitTime}\t{record.EventTime}\n"));
        }

        Console.WriteLine(
            $"{writer.Records} records, {writer.Bytes} bytes, {writer.Rotations} rotations, {clock.Elapsed.TotalSeconds:F2} seconds");
    }

    private static LsfLogGenerator CreateGenerator(CommandLine line, out int seed)
    {
        seed = line.Number("--seed", Random.Shared.Next());
        var defaults = new LsfGeneratorOptions();
        var options = new LsfGeneratorOptions
        {
            Versions = line.List("--versions", "10.108"),
            DefectRate = line.Number("--defects", 0.0),
            QuirkRate = line.Number("--quirks", 0.0),
            FillerRate = line.Number("--filler", 0.0),
            OtherRate = line.Number("--other", 0.0),
            Users = line.Number("--users", defaults.Users),
            Projects = line.Number("--projects", defaults.Projects),
        };
        foreach (string version in options.Versions)
        {
            if (!LsfVersion.IsKnown(version))
            {
                throw new FormatException($"'{version}' is not a known version.");
            }
        }

        Console.WriteLine($"seed {seed}");
        return new LsfLogGenerator(seed, options);
    }

    private static LogRotation ParseRotation(string name) =>
        Enum.TryParse(name, out LogRotation how) && Enum.IsDefined(how)
            ? how
            : throw new FormatException($"'{name}' is not a rotation.");
}
