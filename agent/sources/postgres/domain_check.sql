-- Checks of domains, as parts of these. From 17 on the NOT NULL of a domain has a name as well, which counts only where
-- somebody chose it; that a domain is NOT NULL is its attribute `nullable`. Serves 12 to 18.
-- @kind check
-- @catalogue pg_constraint
-- @part_of pg_type
SELECT c.contypid AS part_of_id,
       c.oid AS id,
       CASE c.contype WHEN 'n' THEN 'not_null' ELSE 'check' END AS kind,
       c.conname AS name,
       pg_catalog.pg_get_expr(c.conbin, 0) AS expression,
       CASE WHEN NOT c.convalidated THEN 'no' END AS validated
  FROM pg_catalog.pg_constraint c
  JOIN pg_catalog.pg_type t ON t.oid = c.contypid
 WHERE c.contypid >= 16384
   AND (c.contype = 'c' OR c.contype = 'n' AND c.conname <> pg_catalog.left(t.typname::text, 54) || '_not_null')
