-- Foreign servers. Serves 12 to 18.
-- An option is a secret when its name says so, or when its value is a connection string or an address with a password.
-- @kind foreign_server
-- @catalogue pg_foreign_server
SELECT s.oid AS id,
       s.srvname AS name,
       s.srvowner AS "owner@pg_roles",
       s.srvtype AS type,
       s.srvversion AS version,
       pg_catalog.quote_ident(w.fdwname) AS foreign_data_wrapper,
       o.plain AS "options{}",
       o.secret AS "secret_options!{}"
  FROM pg_catalog.pg_foreign_server s
  JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
  LEFT JOIN LATERAL (
       SELECT pg_catalog.array_agg(i.item) FILTER (WHERE NOT i.secret) AS plain,
              pg_catalog.array_agg(i.item) FILTER (WHERE i.secret) AS secret
         FROM (SELECT item,
                      item !~* '^(password_required|keep[a-z_]*)='
                      AND item ~* ('^[^=]*(pass|pwd|secret|credential|token|key|jwt)[^=]*='
                                   '|[=;&? ](pass|pwd)[a-z]* *=|://[^/@]*:[^/@]*@') AS secret
                 FROM pg_catalog.unnest(s.srvoptions) AS item) i) o ON true
 WHERE s.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_foreign_server'::regclass)
