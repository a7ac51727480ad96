namespace NfsTools.TestKit;

/// <summary>SplitMix64: the same sequence for a seed on every runtime, which System.Random does not promise.</summary>
internal sealed class SeededRandom(long seed)
{
    private ulong _state = unchecked((ulong)seed);

    public int Below(int bound) => (int)Math.BigMul(Bits(), (ulong)bound, out _);

    public int Between(int lowest, int highest) => lowest + Below(highest - lowest + 1);

    public double Fraction() => (Bits() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => probability > 0 && Fraction() < probability;

    /// <summary>A whole number with an exponential distribution: waits, run times and lengths have many small values and a long tail.</summary>
    public long Exponential(double mean) => (long)(-Math.Log(1 - Fraction()) * mean);

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>An index below <paramref name="bound"/> with low ones more frequent, as with users and queues.</summary>
    public int Skewed(int bound)
    {
        double fraction = Fraction();
        return (int)(fraction * fraction * bound);
    }

    private ulong Bits()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            ulong bits = _state;
            bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
            bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
            return bits ^ (bits >> 31);
        }
    }
}
