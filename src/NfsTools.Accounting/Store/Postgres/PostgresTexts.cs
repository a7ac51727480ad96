using System.Text;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store.Postgres;

/// <summary>The dictionary of texts in PostgreSQL. What is added stays, whatever becomes of the transaction that wants it.</summary>
internal sealed class PostgresTexts(PostgresDatabase database)
{
    private static readonly int Hosts = JobColumns.Hosts.Place;
    private readonly TextPool<long> texts = new();
    private readonly TextPool<bool> hosts = new();

    /// <summary>The dictionary's numbers of the rows' texts, by their numbers there.</summary>
    public long[] Ids(JobRows jobs)
    {
        var wanted = new string?[jobs.TextCount];
        var found = new long[wanted.Length];
        for (var i = 0; i < found.Length; i++)
        {
            wanted[i] = texts.TryGet(jobs.Text(i), out found[i]) ? null : Encoding.UTF8.GetString(jobs.Text(i));
        }

        var missing = Ids(wanted.OfType<string>());
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = wanted[i] is { } text ? missing[text] : found[i];
        }

        return found;
    }

    // The numbers of texts; those the dictionary does not have are added, for good.
    private Dictionary<string, long> Ids(IEnumerable<string> wanted)
    {
        var found = new Dictionary<string, long>();

        // In one order, so that two who add the same texts wait for each other at most once. Each text is looked up by the index:
        // a join may sort the texts instead, and unpacks one of a megabyte then as often as it is compared.
        string[] absent = [.. wanted.Distinct().Order(StringComparer.Ordinal)];
        if (absent.Length == 0)
        {
            return found;
        }

        const string known = "(SELECT text_id FROM main.text_value v WHERE v.value = t.value)", given = "unnest(@p0) WITH ORDINALITY AS t (value, place)";
        database.Execute($"INSERT INTO main.text_value (value) SELECT value FROM {given} WHERE {known} IS NULL ORDER BY place ON CONFLICT DO NOTHING", (object)absent);
        using var command = database.Command($"SELECT place, {known} FROM {given}", (object)absent);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var text = absent[(int)rows.GetInt64(0) - 1];
            found[text] = rows.GetInt64(1);
            texts.Set(Encoding.UTF8.GetBytes(text), found[text]);
        }

        return found;
    }

    /// <summary>Adds the hosts of the rows.</summary>
    public void AddHosts(JobRows jobs, long[] ids)
    {
        var unknown = Enumerable.Range(0, jobs.Count).Where(r => jobs.IsKnown(r, Hosts)).Select(r => (int)jobs.Integer(r, Hosts)).Distinct().Where(t => !hosts.TryGet(jobs.Text(t), out _)).ToList();
        var members = unknown.SelectMany(t => HostSlots.Split(jobs.Text(t)), (t, host) => (Text: ids[t], host.Host, Slots: (long)host.Slots)).ToList();
        if (members.Count > 0)
        {
            var hostIds = Ids(members.Select(m => m.Host));
            database.Execute(
                "INSERT INTO main.hosts_member SELECT * FROM unnest(@p0, @p1, @p2) ORDER BY 1, 2 ON CONFLICT DO NOTHING",
                members.ConvertAll(m => m.Text).ToArray(), members.ConvertAll(m => hostIds[m.Host]).ToArray(), members.ConvertAll(m => m.Slots).ToArray());
        }

        unknown.ForEach(t => hosts.Set(jobs.Text(t), true));
    }
}
