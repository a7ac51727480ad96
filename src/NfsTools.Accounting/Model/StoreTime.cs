namespace NfsTools.Accounting.Model;

/// <summary>A time as somebody wrote it for a store: an exact one, or what the clocks of the store's time zone show.</summary>
public sealed class StoreTime
{
    private readonly DateTimeOffset time;

    private StoreTime(DateTimeOffset time, bool isClock) => (this.time, IsClock) = (time, isClock);

    /// <summary>Whether it takes the store's time zone to know which time it is.</summary>
    public bool IsClock { get; }

    /// <summary>A time that is the same everywhere.</summary>
    public static StoreTime At(DateTimeOffset time) => new(time, isClock: false);

    /// <summary>What clocks show: a date is its midnight.</summary>
    public static StoreTime OfClock(DateTime clock) => new(new DateTimeOffset(DateTime.SpecifyKind(clock, DateTimeKind.Unspecified), TimeSpan.Zero), isClock: true);

    /// <summary>
    /// The time, where clocks are those of a store's days: the first one where they show it twice, and when they were set forward where they
    /// passed over it.
    /// </summary>
    public DateTimeOffset In(DayCalendar days) => IsClock
        ? DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(days.TimeOf(time.ToUnixTimeSeconds()), DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds())).AddTicks(time.Ticks % TimeSpan.TicksPerSecond)
        : time;

    /// <inheritdoc/>
    public override string ToString() => IsClock ? $"{time:yyyy-MM-dd'T'HH:mm:ss}" : $"{time:yyyy-MM-dd'T'HH:mm:sszzz}";
}
