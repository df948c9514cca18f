-- What is known of an agent: when it was heard last, as it was then, since when it counts as silent, and its targets.
SELECT max(coalesce(last_seen, 0), coalesce((SELECT max(heard_at) FROM target WHERE target.agent = :id), 0)),
  version, host, silent_since, (SELECT count(*) FROM target WHERE target.agent = :id)
FROM agent
WHERE id = :id
