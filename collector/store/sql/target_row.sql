-- One target by its number, in the columns of target_list.sql.
SELECT target.id, database, environment, target.instance, target.engine, target.agent, agent.name,
  agent.revoked_at IS NOT NULL, state, state_since, reason, checked_at, heard_at, first_seen, target.snapshot,
  snapshot.root, snapshot.taken_at, root_since, snapshot.gaps,
  snapshot.server_version, snapshot.capture, snapshot.undeclared
FROM target
LEFT JOIN agent ON agent.id = target.agent
LEFT JOIN snapshot ON snapshot.id = target.snapshot
WHERE target.id = :target
