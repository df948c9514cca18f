-- Operators and functions of operator classes, and those that belong to a family only: the server's dependencies tell
-- which is which. Serves 12 to 18.
-- @attach
WITH member AS (
    SELECT d.classid, d.objid, d.refobjid,
           CASE d.refclassid WHEN 'pg_catalog.pg_opclass'::regclass THEN 'pg_opclass' ELSE 'pg_opfamily' END AS of
      FROM pg_catalog.pg_depend d
     WHERE d.classid IN ('pg_catalog.pg_amop'::regclass, 'pg_catalog.pg_amproc'::regclass)
       AND d.refclassid IN ('pg_catalog.pg_opclass'::regclass, 'pg_catalog.pg_opfamily'::regclass)
       AND d.objid >= 16384
       AND (d.refclassid, d.refobjid) NOT IN (
           SELECT e.classid, e.objid FROM pg_catalog.pg_depend e
            WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
              AND e.classid IN ('pg_catalog.pg_opclass'::regclass, 'pg_catalog.pg_opfamily'::regclass))
)
SELECT m.of,
       m.refobjid AS of_id,
       o.amopstrategy || ' ' || o.amopopr::regoperator
       || CASE WHEN o.amopsortfamily = 0 THEN ''
               ELSE ' FOR ORDER BY ' || CASE n.nspname WHEN 'pg_catalog' THEN ''
                                                       ELSE pg_catalog.quote_ident(n.nspname) || '.' END
                    || pg_catalog.quote_ident(f.opfname) END AS "operators{}",
       NULL AS "functions{}"
  FROM member m
  JOIN pg_catalog.pg_amop o ON o.oid = m.objid
  LEFT JOIN pg_catalog.pg_opfamily f ON f.oid = o.amopsortfamily
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
 WHERE m.classid = 'pg_catalog.pg_amop'::regclass
UNION ALL
SELECT m.of,
       m.refobjid,
       NULL,
       p.amprocnum || ' (' || pg_catalog.format_type(p.amproclefttype, NULL) || ', '
       || pg_catalog.format_type(p.amprocrighttype, NULL) || ') ' || p.amproc::oid::regprocedure
  FROM member m
  JOIN pg_catalog.pg_amproc p ON p.oid = m.objid
 WHERE m.classid = 'pg_catalog.pg_amproc'::regclass
