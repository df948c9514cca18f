-- Security labels, of everything in this database and of its subscriptions, which the server counts as shared.
-- Serves 12 to 18.
-- @attach
SELECT l.classoid::regclass AS of,
       l.objoid AS of_id,
       l.objsubid AS of_sub_id,
       l.provider || ': ' || l.label AS "security_labels{}"
  FROM pg_catalog.pg_seclabel l
UNION ALL
SELECT 'pg_subscription',
       l.objoid,
       0,
       l.provider || ': ' || l.label
  FROM pg_catalog.pg_shseclabel l
 WHERE l.classoid = 'pg_catalog.pg_subscription'::regclass
