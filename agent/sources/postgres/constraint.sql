-- Constraints of tables; those of domains are in domain_check.sql. Serves 12 to 18.
-- A check is rendered from its expression alone; only an exclusion constraint needs pg_get_constraintdef(). Checks that
-- a table has from its parents only, and clones of foreign keys on partitions, are left out: they are the parent's.
-- A single column's number is written alone, which is much cheaper than as an array.
-- What the index behind a key has beyond its columns is in index_rare.sql and index_storage.sql.
-- @kind check
-- @catalogue pg_constraint
-- @alias pg_class
-- @part_of pg_class
SELECT CASE k.contype WHEN 'p' THEN 'primary_key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign_key'
                      WHEN 'x' THEN 'exclusion' WHEN 'n' THEN 'not_null' ELSE 'check' END AS kind,
       k.conrelid AS part_of_id,
       k.oid AS id,
       CASE WHEN k.contype IN ('p', 'u', 'x') THEN k.conindid END AS alias_id,
       k.conname AS name,
       CASE WHEN k.contype IN ('x', 'c') THEN NULL
            WHEN pg_catalog.cardinality(k.conkey) = 1 THEN k.conkey[1]::text
            ELSE k.conkey::text END AS "columns@column",
       CASE WHEN k.contype = 'f' THEN k.confrelid END AS "references@pg_class",
       CASE WHEN k.contype <> 'f' THEN NULL
            WHEN pg_catalog.cardinality(k.confkey) = 1 THEN k.confkey[1]::text
            ELSE k.confkey::text END AS "referenced_columns@column:references",
       CASE k.confupdtype WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null'
                          WHEN 'd' THEN 'set default' END AS on_update,
       CASE k.confdeltype WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null'
                          WHEN 'd' THEN 'set default' END AS on_delete,
       k.confdelsetcols AS "on_delete_columns@column",                                             --[150000..]
       CASE k.confmatchtype WHEN 'f' THEN 'full' WHEN 'p' THEN 'partial' END AS match,
       CASE WHEN k.condeferrable
            THEN CASE WHEN k.condeferred THEN 'initially deferred' ELSE 'yes' END END AS deferrable,
       CASE WHEN NOT k.convalidated THEN 'no' END AS validated,
       CASE WHEN NOT k.conenforced THEN 'no' END AS enforced,                                      --[180000..]
       CASE WHEN k.conperiod THEN 'yes' END AS period,                                             --[180000..]
       CASE WHEN k.contype IN ('c', 'n') AND k.connoinherit THEN 'yes' END AS no_inherit,
       NULLIF(k.conparentid, 0) AS "partition_of@pg_constraint",
       CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END AS expression,
       CASE WHEN k.contype = 'x' THEN pg_catalog.pg_get_constraintdef(k.oid) END AS definition
  FROM pg_catalog.pg_constraint k
 WHERE k.conrelid >= 16384 AND k.contype IN ('p', 'u', 'f', 'x', 'c', 'n')
   AND (k.contype NOT IN ('c', 'n') OR k.conislocal)
   AND (k.contype <> 'f' OR k.conparentid = 0)
