using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <summary>The time zone that a store's days are of, chosen when it is made.</summary>
internal static class StoreCalendar
{
    /// <summary>Writes it into a store that has none.</summary>
    public static void Write(StoreDatabase database, DayCalendar calendar)
    {
        database.Execute("INSERT INTO main.zone (name) VALUES (@p0)", calendar.TimeZone);
        foreach (var (since, shift) in calendar.Offsets)
        {
            database.Execute("INSERT INTO main.zone_offset (since, shift) VALUES (@p0, @p1)", since, shift);
        }

        RowSeal.Write(database, "zone");
    }

    /// <summary>Gives a store without jobs the days of another one, whatever zones this host knows.</summary>
    public static bool Replace(StoreDatabase database, DayCalendar calendar)
    {
        using var transaction = database.BeginChange();
        database.Execute("DELETE FROM main.zone");
        database.Execute("DELETE FROM main.zone_offset");
        Write(database, calendar);
        transaction.Commit();
        database.Calendar = calendar;
        return true;
    }

    /// <summary>Reads it.</summary>
    public static DayCalendar Read(StoreDatabase database)
    {
        var name = DayCalendar.UtcName;
        using (var command = database.Command("SELECT name FROM main.zone"))
        {
            name = command.ExecuteScalar() as string ?? throw new NfsToolsException($"{database.Name}: nothing says any more which time zone its days are of.", "Take a backup of the store.");
        }

        var offsets = new List<(long, long)>();
        using (var command = database.Command("SELECT since, shift FROM main.zone_offset ORDER BY since"))
        using (var rows = command.ExecuteReader())
        {
            while (rows.Read())
            {
                offsets.Add((rows.GetInt64(0), rows.GetInt64(1)));
            }
        }

        return offsets.Count > 0 && offsets[0].Item1 == long.MinValue
            ? new DayCalendar(name, offsets)
            : throw new NfsToolsException($"{database.Name}: nothing says any more when the days of its time zone begin.", "Take a backup of the store.");
    }
}
