-- Comments, of everything. Serves 12 to 18.
-- The index of a constraint may have a comment besides the constraint's own, and the sequence of an identity column one
-- besides the column's. The row type of a table shares the table's number, but its comment is not the table's.
-- Of what initdb made, only the schema public and the extensions count.
-- @attach
SELECT CASE WHEN p.refclassid IS NOT NULL THEN p.refclassid ELSE d.classoid END::regclass AS of,
       CASE WHEN p.refclassid IS NOT NULL THEN p.refobjid ELSE d.objoid END AS of_id,
       CASE WHEN p.refclassid IS NOT NULL THEN p.refobjsubid ELSE d.objsubid END AS of_sub_id,
       CASE WHEN p.refclassid IS NULL THEN d.description END AS comment,
       CASE WHEN p.refclassid = 'pg_catalog.pg_constraint'::regclass THEN d.description END AS index_comment,
       CASE WHEN p.refclassid = 'pg_catalog.pg_class'::regclass THEN d.description END AS identity_comment
  FROM pg_catalog.pg_description d
  LEFT JOIN pg_catalog.pg_depend p
         ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0
        AND p.classid = d.classoid AND p.objid = d.objoid AND p.objsubid = 0 AND p.deptype = 'i'
        AND (p.refclassid = 'pg_catalog.pg_constraint'::regclass
             OR p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjsubid > 0)
 WHERE (d.objoid >= 16384
        OR d.classoid = 'pg_catalog.pg_extension'::regclass
        OR d.classoid = 'pg_catalog.pg_namespace'::regclass AND d.objoid = pg_catalog.to_regnamespace('public'))
   AND NOT (d.classoid = 'pg_catalog.pg_type'::regclass
            AND d.objoid IN (SELECT c.reltype FROM pg_catalog.pg_class c WHERE c.relkind <> 'c' AND c.reltype <> 0))
