-- Targets by name, with the agent and the newest snapshot of each; NULL: any.
SELECT target.id, database, environment, target.instance, target.engine, target.agent, agent.name,
  agent.revoked_at IS NOT NULL, state, state_since, reason, checked_at, heard_at, first_seen, target.snapshot,
  snapshot.root, snapshot.taken_at, root_since, snapshot.gaps,
  snapshot.server_version, snapshot.capture, snapshot.undeclared
FROM target
LEFT JOIN agent ON agent.id = target.agent
LEFT JOIN snapshot ON snapshot.id = target.snapshot
WHERE (:database IS NULL OR database = :database)
  AND (:environment IS NULL OR environment = :environment)
  AND (:instance IS NULL OR target.instance = :instance)
ORDER BY database, environment, target.instance
