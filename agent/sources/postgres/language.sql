-- Procedural languages that no extension brought. Serves 12 to 18.
-- @kind language
-- @catalogue pg_language
SELECT l.oid AS id,
       l.lanname AS name,
       l.lanowner AS "owner@pg_roles",
       CASE WHEN l.lanpltrusted THEN 'yes' END AS trusted,
       CASE WHEN l.lanplcallfoid <> 0 THEN l.lanplcallfoid::regproc END AS handler,
       CASE WHEN l.laninline <> 0 THEN l.laninline::regproc END AS inline_handler,
       CASE WHEN l.lanvalidator <> 0 THEN l.lanvalidator::regproc END AS validator
  FROM pg_catalog.pg_language l
 WHERE l.oid >= 16384
   AND l.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_language'::regclass)
