using System.Runtime.CompilerServices;

namespace NfsTools.TestKit;

/// <summary>Lets <c>buffer.Text($"...")</c> write its parts straight into the record, without a string in between.</summary>
[InterpolatedStringHandler]
internal readonly ref struct LsfTextHandler
{
    private readonly LsfRecordBuffer _buffer;

    public LsfTextHandler(int literalLength, int formattedCount, LsfRecordBuffer buffer)
    {
        _buffer = buffer;
        Start = buffer.BeginToken();
        buffer.Append("\""u8);
    }

    public int Start { get; }

    public void AppendLiteral(string text) => _buffer.Append(text);

    public void AppendFormatted(string text) => _buffer.Append(text);

    public void AppendFormatted(long number) => _buffer.Append(number);
}
