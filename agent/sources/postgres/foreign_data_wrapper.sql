-- Foreign data wrappers that no extension brought. Serves 12 to 18.
-- An option is a secret when its name says so, or when its value is a connection string or an address with a password.
-- @kind foreign_data_wrapper
-- @catalogue pg_foreign_data_wrapper
SELECT w.oid AS id,
       w.fdwname AS name,
       w.fdwowner AS "owner@pg_roles",
       CASE WHEN w.fdwhandler <> 0 THEN w.fdwhandler::regproc END AS handler,
       CASE WHEN w.fdwvalidator <> 0 THEN w.fdwvalidator::regproc END AS validator,
       o.plain AS "options{}",
       o.secret AS "secret_options!{}"
  FROM pg_catalog.pg_foreign_data_wrapper w
  LEFT JOIN LATERAL (
       SELECT pg_catalog.array_agg(i.item) FILTER (WHERE NOT i.secret) AS plain,
              pg_catalog.array_agg(i.item) FILTER (WHERE i.secret) AS secret
         FROM (SELECT item,
                      item !~* '^(password_required|keep[a-z_]*)='
                      AND item ~* ('^[^=]*(pass|pwd|secret|credential|token|key|jwt)[^=]*='
                                   '|[=;&? ](pass|pwd)[a-z]* *=|://[^/@]*:[^/@]*@') AS secret
                 FROM pg_catalog.unnest(w.fdwoptions) AS item) i) o ON true
 WHERE w.oid >= 16384
   AND w.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_foreign_data_wrapper'::regclass)
