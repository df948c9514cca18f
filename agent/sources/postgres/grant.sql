-- What is granted beyond the built-in privileges (`grants`), and which of these were taken away (`revoked`), of all
-- kinds of objects and of columns. Serves 12 to 18.
-- Only objects whose privileges were ever touched are looked at. Privileges of an identity column's sequence belong to
-- that column; those of a system column, which is no part, to the table.
-- @attach
WITH object AS (
    SELECT 'pg_class' AS of, coalesce(d.refobjid, c.oid) AS of_id, coalesce(d.refobjsubid, 0) AS of_sub_id,
           CASE WHEN d.refobjid IS NULL THEN '' ELSE ' ON SEQUENCE ' || c.oid::regclass END AS suffix,
           c.relowner AS owner, c.relacl AS acl,
           pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner) AS base
      FROM pg_catalog.pg_class c
      LEFT JOIN pg_catalog.pg_depend d ON c.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::regclass
                                      AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'i'
                                      AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0
     WHERE c.oid >= 16384 AND c.relacl IS NOT NULL
    UNION ALL
    SELECT 'pg_class', a.attrelid, CASE WHEN a.attnum > 0 THEN a.attnum ELSE 0 END,
           CASE WHEN a.attnum > 0 THEN '' ELSE ' (' || a.attname || ')' END, c.relowner, a.attacl,
           pg_catalog.acldefault('c', c.relowner)
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
     WHERE a.attrelid >= 16384 AND a.attacl IS NOT NULL AND NOT a.attisdropped
    UNION ALL
    SELECT 'pg_proc', p.oid, 0, '', p.proowner, p.proacl, pg_catalog.acldefault('f', p.proowner)
      FROM pg_catalog.pg_proc p
     WHERE p.oid >= 16384 AND p.proacl IS NOT NULL
    UNION ALL
    SELECT 'pg_namespace', n.oid, 0, '', n.nspowner, n.nspacl, pg_catalog.acldefault('n', n.nspowner)
      FROM pg_catalog.pg_namespace n
     WHERE (n.oid >= 16384 OR n.nspname = 'public') AND n.nspacl IS NOT NULL
    UNION ALL
    -- The row type of a table shares the table's number here, but its privileges are not the table's.
    SELECT 'pg_type', t.oid, 0, '', t.typowner, t.typacl, pg_catalog.acldefault('T', t.typowner)
      FROM pg_catalog.pg_type t
     WHERE t.oid >= 16384 AND t.typacl IS NOT NULL
       AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
    UNION ALL
    SELECT 'pg_language', l.oid, 0, '', l.lanowner, l.lanacl, pg_catalog.acldefault('l', l.lanowner)
      FROM pg_catalog.pg_language l
     WHERE l.oid >= 16384 AND l.lanacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_data_wrapper', w.oid, 0, '', w.fdwowner, w.fdwacl, pg_catalog.acldefault('F', w.fdwowner)
      FROM pg_catalog.pg_foreign_data_wrapper w
     WHERE w.oid >= 16384 AND w.fdwacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_server', s.oid, 0, '', s.srvowner, s.srvacl, pg_catalog.acldefault('S', s.srvowner)
      FROM pg_catalog.pg_foreign_server s
     WHERE s.srvacl IS NOT NULL
)
SELECT o.of, o.of_id, o.of_sub_id,
       a.privilege_type || o.suffix || ' TO '
       || CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END
       || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
       || CASE WHEN a.grantor <> o.owner
               THEN ' BY ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantor)) ELSE '' END AS "grants{}",
       NULL AS "revoked{}"
  FROM object o, LATERAL pg_catalog.unnest(o.acl) i (item), LATERAL pg_catalog.aclexplode(ARRAY[i.item]) a
 WHERE NOT o.base @> i.item
   AND (a.grantee NOT IN (0, o.owner)
        OR NOT o.base @> pg_catalog.makeaclitem(a.grantee, a.grantor, a.privilege_type, a.is_grantable))
UNION ALL
SELECT o.of, o.of_id, o.of_sub_id,
       NULL,
       b.privilege_type || o.suffix || ' FROM '
       || CASE b.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(b.grantee)) END
  FROM object o, LATERAL pg_catalog.unnest(o.base) i (item), LATERAL pg_catalog.aclexplode(ARRAY[i.item]) b
 WHERE NOT o.acl @> i.item
   AND NOT o.acl @> pg_catalog.makeaclitem(b.grantee, b.grantor, b.privilege_type, false)
