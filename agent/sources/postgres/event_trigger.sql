-- Event triggers. Serves 12 to 18.
-- @kind event_trigger
-- @catalogue pg_event_trigger
SELECT e.oid AS id,
       e.evtname AS name,
       e.evtowner AS "owner@pg_roles",
       e.evtevent AS event,
       e.evttags AS "tags{}",
       e.evtfoid::regproc AS function,
       CASE e.evtenabled WHEN 'D' THEN 'no' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS enabled
  FROM pg_catalog.pg_event_trigger e
 WHERE e.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_event_trigger'::regclass)
