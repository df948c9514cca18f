-- Comments, of everything. Serves 12 to 18.
-- The row type of a table shares the table's number, but its comment is not the table's; the index behind a key shares
-- the key's, see comment_behind.sql. Of what initdb made, only the schema public and the extensions count.
-- @attach
SELECT d.classoid::regclass AS of,
       d.objoid AS of_id,
       d.objsubid AS of_sub_id,
       d.description AS comment
  FROM pg_catalog.pg_description d
 WHERE (d.objoid >= 16384
        OR d.classoid = 'pg_catalog.pg_extension'::regclass
        OR d.classoid = 'pg_catalog.pg_namespace'::regclass AND d.objoid = pg_catalog.to_regnamespace('public'))
   AND NOT (d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0
            AND d.objoid IN (SELECT k.conindid FROM pg_catalog.pg_constraint k WHERE k.contype IN ('p', 'u', 'x')))
   AND NOT (d.classoid = 'pg_catalog.pg_type'::regclass
            AND d.objoid IN (SELECT c.reltype FROM pg_catalog.pg_class c WHERE c.relkind <> 'c' AND c.reltype <> 0))
