-- Privileges that somebody changed on things of the server (in pg_catalog) or of an extension. Serves 12 to 18.
-- What initdb or the extension's script had granted is in pg_init_privs; where that has nothing, the built-in
-- privileges held. The information schema is left out, as pg_dump leaves it out: nothing tells what initdb granted
-- there.
-- @kind system_privilege
WITH member AS (
    SELECT e.classid, e.objid FROM pg_catalog.pg_depend e
     WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
), object AS (
    SELECT 'pg_catalog.pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS subid, c.relowner AS owner,
           c.relacl AS acl, CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char" AS type
      FROM pg_catalog.pg_class c
     WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
       AND (c.relnamespace = 'pg_catalog'::regnamespace
            OR c.oid IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_class'::regclass))
    UNION ALL
    SELECT 'pg_catalog.pg_class'::regclass, a.attrelid, a.attnum, r.owner, a.attacl, 'c'
      FROM (SELECT c.oid, c.relowner AS owner FROM pg_catalog.pg_class c
             WHERE c.relnamespace = 'pg_catalog'::regnamespace
            UNION ALL
            SELECT c.oid, c.relowner FROM member m JOIN pg_catalog.pg_class c ON c.oid = m.objid
             WHERE m.classid = 'pg_catalog.pg_class'::regclass) r
      JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid
     WHERE NOT a.attisdropped
       AND (a.attacl IS NOT NULL
            OR a.attrelid IN (SELECT i.objoid FROM pg_catalog.pg_init_privs i WHERE i.objsubid <> 0))
    UNION ALL
    SELECT 'pg_catalog.pg_proc'::regclass, p.oid, 0, p.proowner, p.proacl, 'f'
      FROM pg_catalog.pg_proc p
     WHERE p.pronamespace = 'pg_catalog'::regnamespace
        OR p.oid IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_proc'::regclass)
    UNION ALL
    SELECT 'pg_catalog.pg_type'::regclass, t.oid, 0, t.typowner, t.typacl, 'T'
      FROM pg_catalog.pg_type t
     WHERE t.typnamespace = 'pg_catalog'::regnamespace
        OR t.oid IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_type'::regclass)
    UNION ALL
    SELECT 'pg_catalog.pg_namespace'::regclass, n.oid, 0, n.nspowner, n.nspacl, 'n'
      FROM pg_catalog.pg_namespace n
     WHERE n.nspname = 'pg_catalog'
        OR n.oid IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_namespace'::regclass)
    UNION ALL
    SELECT 'pg_catalog.pg_language'::regclass, l.oid, 0, l.lanowner, l.lanacl, 'l'
      FROM pg_catalog.pg_language l
     WHERE l.oid < 16384 OR l.oid IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_language'::regclass)
    UNION ALL
    SELECT 'pg_catalog.pg_foreign_data_wrapper'::regclass, w.oid, 0, w.fdwowner, w.fdwacl, 'F'
      FROM pg_catalog.pg_foreign_data_wrapper w
     WHERE w.oid IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_foreign_data_wrapper'::regclass)
    UNION ALL
    SELECT 'pg_catalog.pg_foreign_server'::regclass, s.oid, 0, s.srvowner, s.srvacl, 'S'
      FROM pg_catalog.pg_foreign_server s
     WHERE s.oid IN (SELECT objid FROM member WHERE classid = 'pg_catalog.pg_foreign_server'::regclass)
), touched AS (
    SELECT o.classid, o.objid, o.subid, o.owner,
           coalesce(o.acl, pg_catalog.acldefault(o.type, o.owner)) AS acl,
           coalesce(i.initprivs, pg_catalog.acldefault(o.type, o.owner)) AS base
      FROM object o
      LEFT JOIN pg_catalog.pg_init_privs i ON i.objoid = o.objid AND i.classoid = o.classid AND i.objsubid = o.subid
     WHERE o.acl IS DISTINCT FROM i.initprivs
)
SELECT k.type || ' ' || k.identity AS name,
       pg_catalog.array_agg(x.granted) FILTER (WHERE x.granted IS NOT NULL) AS "grants{}",
       pg_catalog.array_agg(x.revoked) FILTER (WHERE x.revoked IS NOT NULL) AS "revoked{}"
  FROM touched t
 CROSS JOIN LATERAL (
       SELECT a.privilege_type || ' TO '
              || CASE a.grantee WHEN 0 THEN 'PUBLIC'
                                ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END
              || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
              || CASE WHEN a.grantor <> t.owner
                      THEN ' BY ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantor)) ELSE '' END
              AS granted,
              NULL AS revoked
         FROM pg_catalog.aclexplode(t.acl) a
        WHERE NOT t.base @> pg_catalog.makeaclitem(a.grantee, a.grantor, a.privilege_type, a.is_grantable)
       UNION ALL
       SELECT NULL,
              CASE WHEN t.acl @> pg_catalog.makeaclitem(b.grantee, b.grantor, b.privilege_type, false)
                   THEN 'GRANT OPTION FOR ' ELSE '' END
              || b.privilege_type || ' FROM '
              || CASE b.grantee WHEN 0 THEN 'PUBLIC'
                                ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(b.grantee)) END
         FROM pg_catalog.aclexplode(t.base) b
        WHERE NOT t.acl @> pg_catalog.makeaclitem(b.grantee, b.grantor, b.privilege_type, b.is_grantable)) x
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(t.classid, t.objid, t.subid) k
 GROUP BY k.type, k.identity
