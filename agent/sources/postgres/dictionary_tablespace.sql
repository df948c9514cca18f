-- Names of tablespaces, which are no objects of a database. Serves 12 to 18.
-- @dictionary pg_tablespace
SELECT t.oid AS id,
       pg_catalog.quote_ident(t.spcname) AS text
  FROM pg_catalog.pg_tablespace t
