-- The schemas whose tables are published. Serves 15 to 18.
-- @attach
-- @kind publication
-- @versions 150000..
SELECT 'pg_publication' AS of,
       p.pnpubid AS of_id,
       pg_catalog.quote_ident(n.nspname) AS "schemas{}"
  FROM pg_catalog.pg_publication_namespace p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pnnspid
