-- The connections of subscriptions, which may contain passwords. Serves 12 to 18.
-- The column is named only inside the inner query, which runs only where it may be read: a role without the right gets
-- no rows here and a gap from subscription.sql, instead of an error that ends the whole reading. The inner answer is
-- XML, but nobody sees it: of a secret only a digest is kept.
-- @attach
-- @kind subscription
SELECT 'pg_subscription' AS of,
       s.oid AS of_id,
       pg_catalog.query_to_xml('SELECT subconninfo FROM pg_catalog.pg_subscription WHERE oid = ' || s.oid,
                               false, true, '')::text AS "connection!"
  FROM pg_catalog.pg_subscription s
 WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
   AND pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT')
