namespace NfsTools.Accounting.Store.Postgres;

/// <content>What the server's catalogue tells of the store.</content>
internal sealed partial class PostgresDatabase
{
    public override void CheckOwners(IReadOnlyCollection<string> relations)
    {
        // Who was given the schema by name, and not with everybody, may keep a store that others read; to write, its triggers would
        // run. A superuser has every role, and trusts none for that.
        using var command = Command(
            """
            SELECT c.relname, r.rolname
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner JOIN pg_roles me ON me.rolname = current_user
            WHERE n.nspname = @p0 AND c.relname = ANY(@p1) AND NOT r.rolsuper AND r.oid <> n.nspowner AND (me.rolsuper OR NOT pg_has_role(r.oid, 'USAGE'))
                AND r.oid <> (SELECT datdba FROM pg_database WHERE datname = current_database())
                AND (@p2 OR NOT EXISTS (SELECT FROM aclexplode(n.nspacl) a WHERE a.privilege_type = 'CREATE' AND a.grantee <> 0 AND pg_has_role(r.oid, a.grantee, 'USAGE')))
            ORDER BY 1 LIMIT 1
            """,
            schema, relations.ToArray(), writes);
        using var planted = command.ExecuteReader();
        if (planted.Read())
        {
            throw new NfsToolsException(
                $"{Name}: the table {planted.GetString(0)} in schema {schema} belongs to {planted.GetString(1)}, who was not given that schema: it could run what {planted.GetString(1)} likes as whoever uses it.",
                $"Name a schema that nobody else may create in (Search Path=), or drop the table. If {planted.GetString(1)} keeps the store, GRANT it CREATE on the schema by name for others to read it, or make it the schema's owner.");
        }
    }

    // The server's own limit does not count while a message has arrived in part, or while nobody takes what it sends. Who may end
    // other users' sessions is not known here.
    public override void EndFrozen() => Execute(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = current_user AND wait_event_type = 'Client' AND state_change < clock_timestamp() - @p0 * interval '1 millisecond'
            AND pid IN (SELECT l.pid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE l.mode = 'RowExclusiveLock' AND l.granted AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = @p1))
        """,
        (long)Patience.TotalMilliseconds,
        schema);

    public override long CountTables(string? name = null) =>
        Scalar("SELECT count(*) FROM pg_tables WHERE schemaname = @p0 AND tablename = coalesce(CAST(@p1 AS text), tablename)", schema, name)!.Value;

    public override IReadOnlyList<(string Relation, string Statement)> Rights()
    {
        using var command = Command(
            """
            SELECT c.relname, 'ALTER TABLE %s OWNER TO ' || quote_ident(pg_get_userbyid(c.relowner)), 0 FROM pg_class c
            WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = @p0) AND c.relkind IN ('r', 'v') AND pg_get_userbyid(c.relowner) <> current_user
            UNION ALL
            SELECT c.relname, 'GRANT ' || a.privilege_type || ' ON %s TO ' || CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
                || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, 1
            FROM pg_class c, aclexplode(c.relacl) a
            WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = @p0) AND c.relkind IN ('r', 'v') AND a.grantee <> c.relowner
            ORDER BY 3
            """,
            schema);
        using var row = command.ExecuteReader();
        var rights = new List<(string Relation, string Statement)>();
        while (row.Read())
        {
            rights.Add((row.GetString(0), row.GetString(1).Replace("%s", $"main.{row.GetString(0)}", StringComparison.Ordinal)));
        }

        return rights;
    }

    public override IReadOnlyDictionary<string, string> Definitions()
    {
        using var command = Command(
            """
            SELECT 'trigger ' || t.tgname || ' ' || c.relname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = @p0 AND NOT t.tgisinternal
            UNION ALL
            SELECT 'constraint ' || k.conname || ' ' || c.relname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = @p0
            UNION ALL
            SELECT 'rule ' || r.rulename || ' ' || c.relname, pg_get_ruledef(r.oid) FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = @p0 AND c.relkind = 'r'
            UNION ALL
            SELECT 'policy ' || y.polname || ' ' || c.relname, '' FROM pg_policy y JOIN pg_class c ON c.oid = y.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = @p0
            UNION ALL
            SELECT CASE c.relkind WHEN 'r' THEN 'table ' WHEN 'v' THEN 'view ' ELSE 'index ' END || c.relname,
                CASE c.relkind WHEN 'v' THEN pg_get_viewdef(c.oid) WHEN 'i' THEN pg_get_indexdef(c.oid)
                ELSE (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, ', ' ORDER BY a.attnum)
                      FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) END
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = @p0 AND c.relkind IN ('r', 'v', 'i')
            """,
            schema);
        using var row = command.ExecuteReader();
        var found = new Dictionary<string, string>();
        while (row.Read())
        {
            // The schema may get another name.
            found[row.GetString(0)] = row.GetString(1).Replace(prefix, "", StringComparison.Ordinal).Replace($"{schema}.", "", StringComparison.Ordinal);
        }

        return found;
    }
}
