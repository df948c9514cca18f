-- All agents by name, with the number of targets that each speaks for.
SELECT id, name, key, enrolled_at, enrolled_by, revoked_at, revoked_by, last_seen, version, host, address,
  (SELECT count(*) FROM target WHERE target.agent = agent.id), silent_since
FROM agent
ORDER BY name
