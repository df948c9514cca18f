-- Operator families; what belongs to no class of theirs comes from operator_family_member.sql.
-- Serves 12 to 18.
-- @kind operator_family
-- @catalogue pg_opfamily
SELECT f.oid AS id,
       n.nspname AS schema,
       f.opfname AS name,
       a.amname AS signature,
       f.opfowner AS "owner@pg_roles"
  FROM pg_catalog.pg_opfamily f
  JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
  JOIN pg_catalog.pg_am a ON a.oid = f.opfmethod
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND f.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_opfamily'::regclass)
