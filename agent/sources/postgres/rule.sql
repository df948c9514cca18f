-- Rewrite rules, but for the one that makes a view. The rule's name is cut off its definition. Serves 12 to 18.
-- @kind rule
-- @catalogue pg_rewrite
-- @part_of pg_class
SELECT r.ev_class AS part_of_id,
       r.oid AS id,
       r.rulename AS name,
       substr(pg_catalog.pg_get_ruledef(r.oid, false),
              length('CREATE RULE  AS' || pg_catalog.quote_ident(r.rulename)) + 1) AS definition,
       CASE r.ev_enabled WHEN 'D' THEN 'no' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS enabled
  FROM pg_catalog.pg_rewrite r
 WHERE r.rulename <> '_RETURN' AND r.ev_class >= 16384
