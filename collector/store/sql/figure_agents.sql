-- How many agents may connect, how many of them are silent, and how many may no more.
SELECT count(*) FILTER (WHERE revoked_at IS NULL),
  count(*) FILTER (WHERE revoked_at IS NULL AND silent_since IS NOT NULL),
  count(*) FILTER (WHERE revoked_at IS NOT NULL)
FROM agent
