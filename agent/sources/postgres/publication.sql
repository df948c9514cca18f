-- Publications; their tables and schemas come from publication_table.sql and publication_schema.sql. Serves 12 to 18.
-- @kind publication
-- @catalogue pg_publication
SELECT p.oid AS id,
       p.pubname AS name,
       p.pubowner AS "owner@pg_roles",
       CASE WHEN p.puballtables THEN 'yes' END AS all_tables,
       CASE WHEN p.pubviaroot THEN 'yes' END AS publish_via_partition_root,                        --[130000..]
       CASE p.pubgencols WHEN 's' THEN 'stored' END AS publish_generated_columns,                  --[180000..]
       pg_catalog.array_remove(ARRAY[CASE WHEN p.pubinsert THEN 'insert' END,
                                     CASE WHEN p.pubupdate THEN 'update' END,
                                     CASE WHEN p.pubdelete THEN 'delete' END,
                                     CASE WHEN p.pubtruncate THEN 'truncate' END], NULL) AS "publish{}"
  FROM pg_catalog.pg_publication p
 WHERE p.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_publication'::regclass)
