-- A captured statement belongs to a snapshot of its target.
SELECT printf('captured statement %d does not belong to its snapshot #%d', ddl_event.id, ddl_event.snapshot)
FROM ddl_event LEFT JOIN snapshot ON snapshot.id = ddl_event.snapshot
WHERE snapshot.id IS NULL OR snapshot.target <> ddl_event.target
