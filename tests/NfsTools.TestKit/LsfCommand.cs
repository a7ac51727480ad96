using System.Buffers.Text;
using System.Text;

namespace NfsTools.TestKit;

/// <summary>Plausible command lines, in reused memory.</summary>
internal sealed class LsfCommand
{
    private static readonly byte[][] Programs = Encode(
        "/proj/tools/sim/bin/simrun", "/bin/sleep", "./run.sh", "python3 /proj/flow/scripts/extract.py",
        "make -j 8 -f regress.mk", "bash -c 'cd $WORK; ./go'", "#!/bin/bash;#BSUB -n 4;#BSUB -W 1:00;./solve");

    private static readonly byte[][] Words = Encode(
        "--corner", "ss_0p72v_125c", "ff_0p88v_m40c", "-lib", "/proj/lib/typ/cells.db", "--seed", "-o", "result.log",
        "--top", "chip_top", "-D", "MODE=fast", "2>&1", "| tee", "run.log", "&&", "echo", "done", "--netlist",
        "blocks/alu/alu.v", "-f", "files.f", "+define+SIM", "--timeout", "--threads");

    private static readonly byte[][] NewlinePieces = Encode(
        "\n", "\n#BSUB -o out.%J\n", "\n\n", "\n  ", " `tr \"\n\" \" \"` ");

    private static readonly byte[][] QuotePieces = Encode(
        "-m \"lx0001 lx0002\"", "echo \"\"", "\"", "awk \"{print}\"", "say \"\"\"hi\"\"\"");

    private static readonly byte[][] Latin1Pieces =
        [Encoding.Latin1.GetBytes("caf\u00e9 "), Encoding.Latin1.GetBytes("/proj/gr\u00fc\u00dfe"), [0xE4, 0xF6, 0xFC]];

    private byte[] _bytes = new byte[8192];
    private int _length;

    /// <summary>A command of at least that many bytes, with what the quirk asks for at its start, end or between two words.</summary>
    public ReadOnlySpan<byte> Compose(SeededRandom random, int leastBytes, string? quirk)
    {
        byte[][]? pieces = quirk switch
        {
            LsfQuirk.NewlineInCommand => NewlinePieces,
            LsfQuirk.DoubledQuotes => QuotePieces,
            LsfQuirk.Latin1Command => Latin1Pieces,
            _ => null,
        };
        int place = pieces is null ? -1 : random.Below(3);
        _length = 0;
        if (place == 0)
        {
            Append(random.Pick(pieces!));
        }

        Append(random.Pick(Programs));
        if (place == 1)
        {
            Append(random.Pick(pieces!));
        }

        while (_length < leastBytes)
        {
            Append(" "u8);
            if (random.Chance(0.25))
            {
                AppendNumber(random.Below(100_000));
            }
            else
            {
                Append(random.Pick(Words));
            }
        }

        if (place == 2)
        {
            Append(random.Pick(pieces!));
        }

        return _bytes.AsSpan(0, _length);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    private void AppendNumber(int number)
    {
        Span<byte> digits = stackalloc byte[16];
        Utf8Formatter.TryFormat(number, digits, out int written);
        Append(digits[..written]);
    }

    private static byte[][] Encode(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
