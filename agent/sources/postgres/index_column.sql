-- What single columns of an index have: parameters of the operator class, statistics targets. Only an index that has
-- an expression, or an operator class with a support function for parameters, can have them; their columns are looked
-- up one index at a time (OFFSET keeps the planner from reading all of pg_attribute for the few). The `common` classes
-- have no parameters and settle nearly all indexes by a short list. Serves 12 to 18.
-- @attach
-- @part_of pg_class
WITH parameterised AS MATERIALIZED (
  SELECT coalesce(pg_catalog.array_agg(o.oid), '{}') AS classes,
         (SELECT pg_catalog.array_agg(c.oid) FROM pg_catalog.pg_opclass c
           WHERE c.opcmethod = 403 AND c.opcname IN ('int8_ops', 'int4_ops', 'text_ops', 'uuid_ops',
                                                     'timestamptz_ops', 'date_ops')) AS common
    FROM pg_catalog.pg_opclass o
    JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod
    JOIN pg_catalog.pg_amproc f ON f.amprocfamily = o.opcfamily
     AND f.amprocnum = CASE m.amname WHEN 'btree' THEN 5 WHEN 'hash' THEN 3 WHEN 'gist' THEN 10 WHEN 'gin' THEN 7
                                     WHEN 'spgist' THEN 6 WHEN 'brin' THEN 5 ELSE f.amprocnum END
    JOIN pg_catalog.pg_proc p ON p.oid = f.amproc AND p.prorettype = 'pg_catalog.void'::regtype)
SELECT i.indexrelid AS of_id,
       CASE WHEN pg_catalog.cardinality(a.attoptions) > 1 OR a.attoptions[1] NOT LIKE 'pg_attver=%'
            THEN a.attnum || ': ' || (SELECT pg_catalog.string_agg(o, ', ') FROM unnest(a.attoptions) AS o
                                       WHERE o NOT LIKE 'pg_attver=%') END AS "operator_class_options[]",
       CASE WHEN a.attstattarget >= 0 THEN a.attnum || ': ' || a.attstattarget END AS "statistics_targets[]"
  FROM pg_catalog.pg_index i
 CROSS JOIN LATERAL (SELECT x.attnum, x.attoptions, x.attstattarget FROM pg_catalog.pg_attribute x
                      WHERE x.attrelid = i.indexrelid OFFSET 0) a
 WHERE (i.indexprs IS NOT NULL
        OR NOT i.indclass::oid[] <@ (SELECT common FROM parameterised)
           AND i.indclass::oid[] && (SELECT classes FROM parameterised))
   AND i.indrelid >= 16384
   AND (a.attoptions IS NOT NULL OR a.attstattarget >= 0)
 ORDER BY i.indexrelid, a.attnum
