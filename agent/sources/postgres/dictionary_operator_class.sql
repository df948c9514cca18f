-- Names of operator classes, for index.sql. Serves 12 to 18.
-- @dictionary pg_opclass
SELECT o.oid AS id,
       pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(o.opcname) AS text
  FROM pg_catalog.pg_opclass o
  JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
