-- Operators. One without a function only keeps a place for an operator that another one names.
-- Serves 12 to 18.
-- @kind operator
-- @catalogue pg_operator
SELECT o.oid AS id,
       n.nspname AS schema,
       o.oprname AS name,
       CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprleft, NULL) END || ', '
       || CASE WHEN o.oprright = 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprright, NULL) END AS signature,
       o.oprowner AS "owner@pg_roles",
       o.oprcode::oid::regprocedure AS function,
       CASE WHEN o.oprcom <> 0 THEN o.oprcom::regoperator END AS commutator,
       CASE WHEN o.oprnegate <> 0 THEN o.oprnegate::regoperator END AS negator,
       NULLIF(o.oprrest::text, '-') AS restriction_estimator,
       NULLIF(o.oprjoin::text, '-') AS join_estimator,
       CASE WHEN o.oprcanhash THEN 'yes' END AS hashes,
       CASE WHEN o.oprcanmerge THEN 'yes' END AS merges
  FROM pg_catalog.pg_operator o
  JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
 WHERE o.oprcode <> 0
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND o.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_operator'::regclass)
