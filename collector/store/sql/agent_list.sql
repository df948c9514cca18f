-- All agents by name, when each was heard last, and the number of targets that it speaks for. As long as it is here that
-- is stored with its targets.
SELECT id, name, key, enrolled_at, enrolled_by, revoked_at, revoked_by,
  max(last_seen, coalesce((SELECT max(heard_at) FROM target WHERE target.agent = agent.id), 0)),
  version, host, address, (SELECT count(*) FROM target WHERE target.agent = agent.id), silent_since
FROM agent
ORDER BY name
