-- What single columns of an index have: parameters of the operator class, statistics targets. Only an index that has an
-- expression or an operator class with parameters can have them. Serves 12 to 18.
-- @attach
-- @part_of pg_class
WITH parameterised AS (
  SELECT array_agg(o.oid) AS classes
    FROM pg_catalog.pg_opclass o
    JOIN pg_catalog.pg_amproc f ON f.amprocfamily = o.opcfamily
    JOIN pg_catalog.pg_proc p ON p.oid = f.amproc AND p.prorettype = 'pg_catalog.void'::regtype)
SELECT a.attrelid AS of_id,
       CASE WHEN pg_catalog.cardinality(a.attoptions) > 1 OR a.attoptions[1] NOT LIKE 'pg_attver=%'
            THEN a.attnum || ': ' || (SELECT pg_catalog.string_agg(o, ', ') FROM unnest(a.attoptions) AS o
                                       WHERE o NOT LIKE 'pg_attver=%') END AS "operator_class_options[]",
       CASE WHEN a.attstattarget >= 0 THEN a.attnum || ': ' || a.attstattarget END AS "statistics_targets[]"
  FROM pg_catalog.pg_index i
 CROSS JOIN parameterised
  JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indexrelid AND (a.attoptions IS NOT NULL OR a.attstattarget >= 0)
 WHERE (i.indexprs IS NOT NULL OR i.indclass::oid[] && parameterised.classes) AND i.indrelid >= 16384
 ORDER BY a.attrelid, a.attnum
