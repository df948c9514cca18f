-- Row security policies. Serves 12 to 18.
-- @kind policy
-- @catalogue pg_policy
-- @part_of pg_class
SELECT p.polrelid AS part_of_id,
       p.oid AS id,
       p.polname AS name,
       CASE WHEN p.polpermissive THEN 'yes' ELSE 'no' END AS permissive,
       CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete'
                     ELSE 'all' END AS command,
       CASE WHEN p.polroles <> '{0}' THEN ARRAY(
         SELECT CASE WHEN o.id = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(r.rolname) END
           FROM unnest(p.polroles) AS o(id) LEFT JOIN pg_catalog.pg_roles r ON r.oid = o.id) END AS "roles{}",
       pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS expression,
       pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS with_check
  FROM pg_catalog.pg_policy p
