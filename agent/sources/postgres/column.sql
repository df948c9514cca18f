-- Columns of everything that has columns; composite types too. Serves 12 to 18.
-- The default is rendered without the table (relation 0) because it cannot name columns, which is five times as fast;
-- only a generated column's expression can, and needs it. The option pg_attver is the server's own counter, no setting.
-- What differs from the column's type is asked for in subqueries that are hashed once: cheaper than a join.
-- Of an inherited column only that it was declared again in the child counts: the rest follows from the parents.
-- @kind column
-- @part_of pg_class
SELECT a.attrelid AS part_of_id,
       a.attnum AS id,
       a.attname AS name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attnotnull THEN 'no' ELSE 'yes' END AS nullable,
       CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, 0) END AS "default",
       CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, a.attrelid) END AS generated,
       CASE a.attgenerated WHEN 'v' THEN 'yes' END AS virtual,                                    --[180000..]
       CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
       CASE WHEN (a.attcollation NOT IN (0, 100)
                  OR a.atttypid IN (SELECT t.oid FROM pg_catalog.pg_type t WHERE t.typcollation NOT IN (0, 100)))
             AND a.attcollation <> (SELECT t.typcollation FROM pg_catalog.pg_type t WHERE t.oid = a.atttypid)
            THEN a.attcollation END AS "collation@pg_collation",
       CASE WHEN a.attinhcount > 0 AND a.attislocal AND NOT c.relispartition THEN 'merged' END AS inherited,
       CASE WHEN (a.atttypid, a.attstorage) NOT IN (SELECT t.oid, t.typstorage FROM pg_catalog.pg_type t)
            THEN CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external'
                                   WHEN 'x' THEN 'extended' ELSE 'main' END END AS storage,
       CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,          --[140000..]
       CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END AS statistics_target,
       CASE WHEN pg_catalog.cardinality(a.attoptions) > 1 OR a.attoptions[1] NOT LIKE 'pg_attver=%'
            THEN ARRAY(SELECT o FROM unnest(a.attoptions) AS o WHERE o NOT LIKE 'pg_attver=%')
             END AS "statistics_options{}",
       CASE WHEN a.attfdwoptions IS NOT NULL
            THEN ARRAY(SELECT o FROM unnest(a.attfdwoptions) AS o WHERE o !~* '^[^=]*(pass|pwd|secret|token)')
             END AS "options{}",
       CASE WHEN a.attfdwoptions IS NOT NULL
            THEN ARRAY(SELECT o FROM unnest(a.attfdwoptions) AS o WHERE o ~* '^[^=]*(pass|pwd|secret|token)')
             END AS "secret_options!{}"
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid >= 16384
