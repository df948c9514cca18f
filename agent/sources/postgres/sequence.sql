-- Sequences and what they were told to do, never how far they have counted. The sequence of an identity column is part
-- of that column: identity.sql. Serves 12 to 18.
-- Limits that the server chooses by itself, by direction and type (21 is smallint, 23 integer), are left out.
-- @kind sequence
-- @catalogue pg_class
SELECT c.oid AS id,
       n.nspname AS schema,
       c.relname AS name,
       c.relowner AS "owner@pg_roles",
       CASE WHEN c.relpersistence = 'u' THEN 'unlogged' END AS persistence,                        --[150000..]
       pg_catalog.format_type(s.seqtypid, NULL) AS type,
       s.seqstart AS start,
       s.seqincrement AS increment,
       CASE WHEN s.seqmin <> CASE WHEN s.seqincrement > 0 THEN 1
                                  WHEN s.seqtypid = 21 THEN -32768
                                  WHEN s.seqtypid = 23 THEN -2147483648
                                  ELSE -9223372036854775808 END
            THEN s.seqmin END AS minimum,
       CASE WHEN s.seqmax <> CASE WHEN s.seqincrement < 0 THEN -1
                                  WHEN s.seqtypid = 21 THEN 32767
                                  WHEN s.seqtypid = 23 THEN 2147483647
                                  ELSE 9223372036854775807 END
            THEN s.seqmax END AS maximum,
       s.seqcache AS cache,
       CASE WHEN s.seqcycle THEN 'yes' END AS cycle,
       d.refobjid AS "owned_by@pg_class",
       d.refobjsubid AS "owned_by_column@column:owned_by"
  FROM pg_catalog.pg_sequence s
  JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = s.seqrelid
                                  AND d.objsubid = 0 AND d.refclassid = 'pg_catalog.pg_class'::regclass
                                  AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
 WHERE d.deptype IS DISTINCT FROM 'i'
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_class'::regclass)
