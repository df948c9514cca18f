-- Access methods of indexes and tables that users made; they have no owner. Serves 12 to 18.
-- @kind access_method
-- @catalogue pg_am
SELECT a.oid AS id,
       a.amname AS name,
       CASE a.amtype WHEN 't' THEN 'table' ELSE 'index' END AS type,
       a.amhandler AS handler
  FROM pg_catalog.pg_am a
 WHERE a.oid >= 16384
   AND a.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_am'::regclass)
