-- The server and options of foreign tables, one row an option. Serves 12 to 18.
-- What makes an option a secret is said in foreign_server.sql.
-- @attach
-- @part_of pg_class
SELECT f.ftrelid AS of_id,
       CASE WHEN coalesce(o.position, 1) = 1 THEN f.ftserver END AS "server@pg_foreign_server",
       CASE WHEN NOT s.secret THEN o.option END AS "options{}",
       CASE WHEN s.secret THEN o.option END AS "secret_options!{}"
  FROM pg_catalog.pg_foreign_table f
  LEFT JOIN LATERAL unnest(f.ftoptions) WITH ORDINALITY AS o(option, position) ON true
 CROSS JOIN LATERAL (
       SELECT o.option !~* '^(password_required|keep[a-z_]*)='
              AND o.option ~* ('^[^=]*(pass|pwd|secret|credential|token|jwt)[^=]*='
                               '|[=;&? ](pass|pwd)[a-z]* *=|://[^/@]*:[^/@]*@') AS secret) s
