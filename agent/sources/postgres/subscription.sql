-- Subscriptions of this database; their connections are in subscription_secret.sql. Whether one is enabled, and how far
-- it has come, is its state and not its definition. Serves 12 to 18.
-- Before 14 only superusers may read two of these columns.
-- @kind subscription
-- @catalogue pg_subscription
SELECT s.oid AS id,
       s.subname AS name,
       s.subowner AS "owner@pg_roles",
       s.subslotname AS slot_name,
       NULLIF(s.subsynccommit, 'off') AS synchronous_commit,
       CASE WHEN s.subbinary THEN 'yes' END AS "binary",                                           --[140000..]
       CASE WHEN s.substream THEN 'on' END AS streaming,                                           --[140000..159999]
       CASE s.substream WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel' END AS streaming,              --[160000..]
       CASE WHEN s.subtwophasestate <> 'd' THEN 'yes' END AS two_phase,                            --[150000..]
       CASE WHEN s.subdisableonerr THEN 'yes' END AS disable_on_error,                             --[150000..]
       CASE WHEN NOT s.subpasswordrequired THEN 'no' END AS password_required,                     --[160000..]
       CASE WHEN s.subrunasowner THEN 'yes' END AS run_as_owner,                                   --[160000..]
       NULLIF(s.suborigin, 'any') AS origin,                                                       --[160000..]
       CASE WHEN s.subfailover THEN 'yes' END AS failover,                                         --[170000..]
       CASE WHEN NOT pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT')
            THEN 'connection not visible to this role' END AS gap,
       s.subpublications AS "publications{}"
  FROM pg_catalog.pg_subscription s
 WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
