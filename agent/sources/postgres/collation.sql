-- Collations that this database's encoding can use. The version of the library is not part of it: it
-- differs between machines. Serves 12 to 18.
-- @kind collation
-- @catalogue pg_collation
SELECT c.oid AS id,
       n.nspname AS schema,
       c.collname AS name,
       c.collowner AS "owner@pg_roles",
       CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin'
                           ELSE 'default' END AS provider,
       CASE WHEN c.collcollate = c.collctype THEN c.collcollate END AS locale, --[..149999]
       CASE WHEN c.collprovider = 'c' AND c.collcollate = c.collctype THEN c.collcollate --[150000..]
            ELSE c.colliculocale END AS locale, --[150000..169999]
            ELSE c.colllocale END AS locale, --[170000..]
       CASE WHEN c.collcollate <> c.collctype THEN c.collcollate END AS lc_collate,
       CASE WHEN c.collcollate <> c.collctype THEN c.collctype END AS lc_ctype,
       c.collicurules AS rules, --[160000..]
       CASE WHEN NOT c.collisdeterministic THEN 'no' END AS deterministic
  FROM pg_catalog.pg_collation c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
 WHERE c.oid >= 16384
   AND c.collencoding IN (-1, pg_catalog.pg_char_to_encoding(pg_catalog.getdatabaseencoding()))
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_collation'::regclass)
