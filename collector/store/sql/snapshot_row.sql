-- One snapshot by its number.
SELECT snapshot.id, snapshot.target, database, environment, instance, snapshot.root, node IS NOT NULL, taken_at, received_at,
  snapshot.agent, incarnation, seq, snapshot.engine, server_version, reference, objects, snapshot.gaps, lost, lost_reason, changes,
  upgraded_from, capture, undeclared
FROM snapshot JOIN target ON target.id = snapshot.target
WHERE snapshot.id = :id
