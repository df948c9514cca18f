-- One change by its number, with the snapshots before and after it, and the statement that made it.
SELECT change.id, change.snapshot, database, environment, instance, change.at, earlier.taken_at, effect, kind,
  object_kind, aspect, severity, rule, change.object, owner, renamed_from, attributes, earlier.root, later.root, evidence,
  change.actor, ddl_event.statement, ddl_event.application, ddl_event.client, ddl_event.role, ddl_event.command
FROM change
JOIN target ON target.id = change.target
LEFT JOIN snapshot AS later ON later.id = change.snapshot
LEFT JOIN snapshot AS earlier ON earlier.id = (
  SELECT max(snapshot.id) FROM snapshot WHERE snapshot.target = change.target AND snapshot.id < change.snapshot)
LEFT JOIN ddl_event ON ddl_event.id = change.ddl_event
WHERE change.id = :id
