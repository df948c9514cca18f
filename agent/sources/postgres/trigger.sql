-- Triggers that people made, from raw columns; only a WHEN condition must be rendered. Clones on partitions are the
-- parent's; see trigger_clone.sql. Serves 12 to 18.
-- @kind trigger
-- @catalogue pg_trigger
-- @part_of pg_class
SELECT t.tgrelid AS part_of_id,
       t.oid AS id,
       t.tgname AS name,
       CASE WHEN t.tgtype::int & 2 <> 0 THEN 'before' WHEN t.tgtype::int & 64 <> 0 THEN 'instead of'
            ELSE 'after' END AS timing,
       pg_catalog.concat_ws(' or ',
         CASE WHEN t.tgtype::int & 4 <> 0 THEN 'insert' END,
         CASE WHEN t.tgtype::int & 8 <> 0 THEN 'delete' END,
         CASE WHEN t.tgtype::int & 16 <> 0 THEN 'update' END,
         CASE WHEN t.tgtype::int & 32 <> 0 THEN 'truncate' END) AS events,
       CASE WHEN t.tgattr::text <> '' THEN t.tgattr END AS "columns@column",
       CASE WHEN t.tgtype::int & 1 <> 0 THEN 'row' ELSE 'statement' END AS level,
       CASE WHEN t.tgqual IS NOT NULL
            THEN substring(pg_catalog.pg_get_triggerdef(t.oid, false)
                           FROM 'WHEN \((.*)\) EXECUTE (?:FUNCTION|PROCEDURE)') END AS condition,
       t.tgfoid::pg_catalog.regproc AS function,
       CASE WHEN t.tgnargs > 0 THEN pg_catalog.encode(t.tgargs, 'escape') END AS arguments,
       t.tgoldtable AS old_table,
       t.tgnewtable AS new_table,
       CASE WHEN t.tgconstraint <> 0 THEN 'yes' END AS "constraint",
       NULLIF(t.tgconstrrelid, 0) AS "references@pg_class",
       CASE WHEN t.tgdeferrable
            THEN CASE WHEN t.tginitdeferred THEN 'initially deferred' ELSE 'yes' END END AS deferrable,
       CASE t.tgenabled WHEN 'D' THEN 'no' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS enabled
  FROM pg_catalog.pg_trigger t
 WHERE t.tgrelid >= 16384
   AND NOT t.tgisinternal
   AND t.tgparentid = 0                                                                            --[130000..]
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d                                              --[..129999]
                    WHERE d.classid = 'pg_catalog.pg_trigger'::regclass AND d.objid = t.oid        --[..129999]
                      AND d.refclassid = 'pg_catalog.pg_trigger'::regclass)                        --[..129999]
