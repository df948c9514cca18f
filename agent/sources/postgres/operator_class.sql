-- Operator classes; their operators and functions come from operator_family_member.sql.
-- Serves 12 to 18.
-- @kind operator_class
-- @catalogue pg_opclass
SELECT o.oid AS id,
       n.nspname AS schema,
       o.opcname AS name,
       a.amname AS signature,
       o.opcowner AS "owner@pg_roles",
       pg_catalog.format_type(o.opcintype, NULL) AS type,
       CASE WHEN o.opcdefault THEN 'yes' END AS "default",
       CASE WHEN m.nspname <> 'pg_catalog' THEN pg_catalog.quote_ident(m.nspname) || '.' ELSE '' END
       || pg_catalog.quote_ident(f.opfname) AS family,
       CASE WHEN o.opckeytype <> 0 THEN pg_catalog.format_type(o.opckeytype, NULL) END AS storage_type
  FROM pg_catalog.pg_opclass o
  JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
  JOIN pg_catalog.pg_am a ON a.oid = o.opcmethod
  JOIN pg_catalog.pg_opfamily f ON f.oid = o.opcfamily
  JOIN pg_catalog.pg_namespace m ON m.oid = f.opfnamespace
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND o.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_opclass'::regclass)
