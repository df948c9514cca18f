-- User mappings. Serves 12 to 18.
-- The view shows options only to superusers, to owners of the server, and to the mapped role if it may use the server.
-- To others they are NULL, as they are where there are none; `gap` tells the two apart by the view's own rule. Every
-- option is a secret unless it is known to be none.
-- @kind user_mapping
-- @catalogue pg_user_mapping
SELECT m.umid AS id,
       m.srvname AS schema,
       m.usename AS name,
       o.plain AS "options{}",
       o.secret AS "secret_options!{}",
       CASE WHEN m.umoptions IS NULL
             AND pg_catalog.current_setting('is_superuser') <> 'on'
             AND NOT CASE WHEN m.umuser <> 0 AND m.usename = CURRENT_USER
                          THEN pg_catalog.pg_has_role(s.srvowner, 'USAGE')
                               OR pg_catalog.has_server_privilege(s.oid, 'USAGE')
                          ELSE m.umuser = 0 AND pg_catalog.pg_has_role(s.srvowner, 'USAGE') END
            THEN 'options not visible to this role' END AS gap
  FROM pg_catalog.pg_user_mappings m
  JOIN pg_catalog.pg_foreign_server s ON s.oid = m.srvid
  LEFT JOIN LATERAL (
       SELECT pg_catalog.array_agg(i.item) FILTER (WHERE i.plain) AS plain,
              pg_catalog.array_agg(i.item) FILTER (WHERE NOT i.plain) AS secret
         FROM (SELECT item,
                      item ~* '^(user|username|user_name|remote_user|password_required|sslcert|use_remote_estimate)='
                      AS plain
                 FROM pg_catalog.unnest(m.umoptions) AS item) i) o ON true
 WHERE m.srvid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                        WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                          AND e.classid = 'pg_catalog.pg_foreign_server'::regclass)
