-- What objects made later will be granted (ALTER DEFAULT PRIVILEGES). Serves 12 to 18.
-- An entry for all schemas holds the built-in privileges as well and is compared with them; one for a schema adds to
-- them, and is compared with nothing.
-- @kind default_privilege
-- @catalogue pg_default_acl
WITH entry AS (
    SELECT d.oid, d.defaclrole AS owner, d.defaclacl AS acl,
           'FOR ROLE ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(d.defaclrole))
           || CASE WHEN d.defaclnamespace = 0 THEN ''
                   ELSE ' IN SCHEMA ' || pg_catalog.quote_ident(n.nspname) END
           || CASE d.defaclobjtype WHEN 'r' THEN ' ON TABLES' WHEN 'S' THEN ' ON SEQUENCES'
                                   WHEN 'f' THEN ' ON FUNCTIONS' WHEN 'T' THEN ' ON TYPES'
                                   WHEN 'n' THEN ' ON SCHEMAS' ELSE ' ON LARGE OBJECTS' END AS name,
           -- Columns are a kind of object without built-in privileges.
           pg_catalog.acldefault(CASE WHEN d.defaclnamespace <> 0 THEN 'c'
                                      WHEN d.defaclobjtype = 'S' THEN 's'
                                      ELSE d.defaclobjtype END, d.defaclrole) AS base
      FROM pg_catalog.pg_default_acl d
      LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
     WHERE d.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                          WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                            AND e.classid = 'pg_catalog.pg_default_acl'::regclass)
)
SELECT x.oid AS id,
       x.name AS name,
       NULLIF(ARRAY(
           SELECT a.privilege_type || ' TO '
                  || CASE a.grantee WHEN 0 THEN 'PUBLIC'
                                    ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END
                  || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
                  || CASE WHEN a.grantor <> x.owner
                          THEN ' BY ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantor)) ELSE '' END
             FROM pg_catalog.aclexplode(x.acl) a
            WHERE NOT x.base @> pg_catalog.makeaclitem(a.grantee, a.grantor, a.privilege_type, a.is_grantable)),
           '{}') AS "grants{}",
       NULLIF(ARRAY(
           SELECT b.privilege_type || ' FROM '
                  || CASE b.grantee WHEN 0 THEN 'PUBLIC'
                                    ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(b.grantee)) END
             FROM pg_catalog.aclexplode(x.base) b
            WHERE NOT x.acl @> pg_catalog.makeaclitem(b.grantee, b.grantor, b.privilege_type, false)),
           '{}') AS "revoked{}"
  FROM entry x
