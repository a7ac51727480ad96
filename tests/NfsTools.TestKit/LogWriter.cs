namespace NfsTools.TestKit;

/// <summary>
/// Appends records to a live log and rotates it, as a batch daemon does: flushed to the system after each write, not synced.
/// It moves to the file's end before each write, but is meant to be the only writer at a time. Not thread-safe.
/// </summary>
public sealed class LogWriter : IDisposable
{
    private readonly string _livePath;
    private readonly LogWriterOptions _options;
    private readonly SeededRandom _random;
    private readonly List<GeneratedRecord> _truth = [];
    private FileStream _live;

    /// <param name="livePath">The log, created if missing.</param>
    /// <param name="seed">For the places where records are torn and the choice of rotations.</param>
    /// <param name="options">How to write and rotate.</param>
    public LogWriter(string livePath, int seed, LogWriterOptions options)
    {
        _livePath = livePath;
        _options = options;
        _random = new SeededRandom(seed);
        _live = Open();
    }

    /// <summary>The records written, in order; empty unless <see cref="LogWriterOptions.KeepTruth"/>.</summary>
    public IReadOnlyList<GeneratedRecord> Truth => _truth;

    public long Records { get; private set; }

    public long Bytes { get; private set; }

    public int Rotations { get; private set; }

    public void Append(GeneratedRecord record)
    {
        Write(record.Bytes);
        Records++;
        Bytes += record.Bytes.Length;
        if (_options.KeepTruth)
        {
            _truth.Add(record);
        }

        if (_options.RotateEvery > 0 && Records % _options.RotateEvery == 0)
        {
            Rotate(_random.Pick(_options.Rotations));
        }
    }

    public void Rotate(LogRotation how)
    {
        _live.Dispose();
        LogRotator.Rotate(_livePath, how, _options.Keep);
        _live = Open();
        Rotations++;
    }

    public void Dispose() => _live.Dispose();

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (_options.Torn)
        {
            for (int pieces = _random.Between(1, 2); pieces > 0 && bytes.Length > 1; pieces--)
            {
                int length = _random.Between(1, bytes.Length - 1);
                WritePiece(bytes[..length]);
                bytes = bytes[length..];
                Thread.Sleep(_options.TornPause);
            }
        }

        WritePiece(bytes);
    }

    private void WritePiece(ReadOnlySpan<byte> piece)
    {
        _live.Seek(0, SeekOrigin.End);
        _live.Write(piece);
        _live.Flush();
    }

    /// <summary>Not FileMode.Append, which refuses to go back where the file has become shorter.</summary>
    private FileStream Open() =>
        new(_livePath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}
