-- Comments on what stands behind something: the index of a key may have one besides the key's own, and the sequence of
-- an identity column one besides the column's. Serves 12 to 18.
-- @attach
SELECT p.refclassid::regclass AS of,
       p.refobjid AS of_id,
       p.refobjsubid AS of_sub_id,
       CASE WHEN p.refobjsubid = 0 THEN d.description END AS index_comment,
       CASE WHEN p.refobjsubid > 0 THEN d.description END AS identity_comment
  FROM pg_catalog.pg_description d
  JOIN pg_catalog.pg_class c ON c.oid = d.objoid AND c.relkind IN ('i', 'I', 'S')
  JOIN pg_catalog.pg_depend p
    ON p.classid = d.classoid AND p.objid = d.objoid AND p.objsubid = 0 AND p.deptype = 'i'
   AND (p.refclassid = 'pg_catalog.pg_constraint'::regclass
        OR p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjsubid > 0)
 WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0 AND d.objoid >= 16384
