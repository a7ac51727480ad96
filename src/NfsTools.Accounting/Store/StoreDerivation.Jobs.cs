using System.Runtime.InteropServices;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Model;

namespace NfsTools.Accounting.Store;

/// <content>Jobs, and the texts and hosts that their rows name.</content>
internal sealed partial class StoreDerivation
{
    private void CheckJobs()
    {
        var next = Parsed(NextPage(long.MinValue));
        while (next.GetAwaiter().GetResult() is { Rows.Count: > 0 } page)
        {
            // The next page's lines are read while this one's rows are compared.
            next = Parsed(NextPage(page.Rows[^1].Row));
            Compare(page);
        }
    }

    private static Task<Page> Parsed(Page page) => Task.Run(() =>
    {
        foreach (var (i, (_, bytes, parser)) in page.Rows.Index())
        {
            if (bytes is { } line && Parse(line, parser!, page.Expected).Record is JobRecord job)
            {
                page.Places[i] = page.Expected.Count - 1;
                job.LetGo();
            }
            else
            {
                page.Places[i] = -1;
            }
        }

        return page;
    });

    private Page NextPage(long behind)
    {
        var places = new List<(long Row, Unit Unit)>();
        using (var command = database.Command($"""SELECT job_row, generation_id, "offset", length FROM main.job_record WHERE job_row > @p0 ORDER BY job_row LIMIT {PageRows}""", behind))
        using (var row = command.ExecuteReader())
        {
            for (var bytes = 0L; bytes < PageBytes && row.Read();)
            {
                places.Add((row.GetInt64(0), new Unit(row.GetInt64(1), row.GetInt64(2), (int)row.GetInt64(3))));
                bytes += places[^1].Unit.Length;
            }
        }

        return new Page([.. places.Select(p => ParserOf(p.Unit.Generation) is { } parser ? (p.Row, kept.Find(p.Unit.Generation, p.Unit.Offset, p.Unit.Length), parser) : (p.Row, (ReadOnlyMemory<byte>?)null, (RecordParser?)null))]);
    }

    private void Compare(Page page)
    {
        var jobs = page.Expected;
        var hashes = new ulong[jobs.TextCount];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = HashOf(jobs.Text(i));
        }

        using var rows = database.Rows(
            $"""
            SELECT cluster_id, generation_id, "offset", length, content_hash, {string.Join(", ", Columns.Select(c => c.StoredName))} FROM main.job_record
            WHERE job_row BETWEEN {page.Rows[0].Row} AND {page.Rows[^1].Row} ORDER BY job_row
            """);
        for (var i = 0; rows.Next(); i++)
        {
            var unit = new Unit(rows.Integer(1), rows.Integer(2), (int)rows.Integer(3));
            if (page.Places[i] < 0)
            {
                if (page.Rows[i].Bytes is not null)
                {
                    Differ(unit, "what is stored as a job is none");
                }

                continue;
            }

            if (added.Count > 0 && added.TryGetValue(page.Rows[i].Row, out var use))
            {
                jobs.Complete(page.Places[i], use);
            }

            Compare(rows, unit, jobs, page.Places[i], hashes);
        }
    }

    private void Compare(IStoreRows rows, Unit unit, JobRows jobs, int row, ulong[] hashes)
    {
        const int first = 5;
        var (hash, cluster) = (jobs.ContentHash(row), rows.Integer(0));
        if (cluster != logs[unit.Generation].Cluster)
        {
            Differ(unit, "a job is of another cluster than its log");
        }

        if (rows.Integer(4) != hash)
        {
            Differ(unit, "the hash of a job is not that of its line");
        }

        for (var i = 0; i < Columns.Length; i++)
        {
            var known = jobs.IsKnown(row, i);
            if (known == rows.IsNull(first + i) || (known && !Agrees(rows, first + i, jobs, row, i, hashes)))
            {
                Differ(unit, $"the {Columns[i].SqlName} of a job is not that of its line");
            }
        }

        if (originals.Count > 0)
        {
            originals.Remove((cluster, hash));
        }

        if (earlier.Count > 0 && logs[unit.Generation].Command is { } command && jobs.Key(row) is var key
            && earlier.Remove((command, cluster, key.Job, key.Submitted, key.Ended, key.Element), out var versions))
        {
            // The last answer counts.
            foreach (var (version, _) in versions.Where(v => (v.Value.Generation, v.Value.Offset).CompareTo((unit.Generation, unit.Offset)) < 0))
            {
                originals.Remove((cluster, version));
            }
        }

        if (holders.Count > 0)
        {
            var (id, submitted, ended, element) = jobs.Key(row);
            holders.Remove((cluster, id, submitted, ended, element));
        }

        long Id(int column) => rows.Integer(first + column);
        if (!rows.IsNull(first + Hosts))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(hosts, Id(Hosts), out var seen) = seen ? hosts[Id(Hosts)] : HashOfHosts(jobs, row);
        }

        var group = new RollupKey(
            0, 0, cluster, Id(JobColumns.User.Place), Id(JobColumns.UserGroup.Place), Id(JobColumns.Project.Place), Id(JobColumns.Queue.Place), Id(JobColumns.Qos.Place), Id(JobColumns.State.Place));
        Sums.Add(jobs.Numbers(row), group, database.Calendar);
    }

    private bool Agrees(IStoreRows rows, int column, JobRows jobs, int row, int which, ulong[] hashes) => Columns[which].Kind switch
    {
        ColumnKind.Text => texts.TryGetValue(rows.Integer(column), out var text) && text == hashes[(int)jobs.Integer(row, which)],
        ColumnKind.FreeText => jobs.Place(row, which) is var (start, length) && rows.Bytes(column).SequenceEqual(jobs.Bytes.Span.Slice(start, length)),
        ColumnKind.Real => rows.IsNumber(column, whole: false) && rows.Real(column).Equals(jobs.Real(row, which)),
        _ => rows.IsNumber(column, whole: true) && rows.Integer(column) == jobs.Integer(row, which),
    };

    // The sum does not depend on an order. A host that is named twice counts by its first entry.
    private static ulong HashOfHosts(JobRows jobs, int row)
    {
        if (!jobs.IsKnown(row, Hosts))
        {
            return 0;
        }

        var (sum, named) = (0UL, new HashSet<ulong>());
        var text = jobs.Text((int)jobs.Integer(row, Hosts));
        while (HostSlots.TryNext(ref text, out var host, out var slots))
        {
            if (named.Add(HashOf(host)))
            {
                sum += HashOf(HashOf(host), slots);
            }
        }

        return sum;
    }

    private void CheckHosts()
    {
        using (var rows = database.Rows("SELECT hosts_id, host_id, slots FROM main.hosts_member"))
        {
            while (rows.Next())
            {
                ref var left = ref CollectionsMarshal.GetValueRefOrNullRef(hosts, rows.Integer(0));
                if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref left))
                {
                    left -= HashOf(texts.GetValueOrDefault(rows.Integer(1)), rows.Integer(2));
                }
            }
        }

        foreach (var (id, _) in hosts.Where(h => h.Value != 0))
        {
            differences.Add("the hosts and slots of jobs are not those of its text", $"Text {id}");
        }
    }

    private sealed record Page(IReadOnlyList<(long Row, ReadOnlyMemory<byte>? Bytes, RecordParser? Parser)> Rows)
    {
        /// <summary>Which of the jobs each row is; -1 for none.</summary>
        public int[] Places { get; } = new int[Rows.Count];

        /// <summary>The jobs that the lines are.</summary>
        public JobRows Expected { get; } = new();
    }
}
