-- Comments, of everything. Serves 12 to 18.
-- The index behind a key shares the key's number here, but has a comment of its own; so has the row type of a table,
-- which does not count. Of what initdb made, only the schema public and the extensions do.
-- @attach
SELECT c.of, c.of_id, c.of_sub_id,
       CASE WHEN NOT c.of_key THEN c.description END AS comment,
       CASE WHEN c.of_key THEN c.description END AS index_comment
  FROM (SELECT d.classoid::regclass AS of,
               d.objoid AS of_id,
               d.objsubid AS of_sub_id,
               d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0
               AND d.objoid IN (SELECT k.conindid FROM pg_catalog.pg_constraint k
                                 WHERE k.contype IN ('p', 'u', 'x')) AS of_key,
               d.description
          FROM pg_catalog.pg_description d
         WHERE (d.objoid >= 16384
                OR d.classoid = 'pg_catalog.pg_extension'::regclass
                OR d.classoid = 'pg_catalog.pg_namespace'::regclass
                   AND d.objoid = pg_catalog.to_regnamespace('public'))
           AND CASE WHEN d.classoid = 'pg_catalog.pg_type'::regclass
                    THEN NOT EXISTS (SELECT FROM pg_catalog.pg_type t
                                       JOIN pg_catalog.pg_class c ON c.oid = t.typrelid AND c.relkind <> 'c'
                                      WHERE t.oid = d.objoid) ELSE true END
        OFFSET 0) AS c
