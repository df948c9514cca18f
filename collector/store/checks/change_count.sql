-- A snapshot has as many changes as it says. The oldest of a target may have lost some to retention.
SELECT printf('snapshot #%d has %d changes, and says it has %d', id, stored, changes)
FROM (
  SELECT id, changes, (SELECT count(*) FROM change WHERE change.snapshot = snapshot.id) AS stored,
    EXISTS (SELECT 1 FROM change WHERE change.target = snapshot.target AND change.snapshot < snapshot.id) AS older
  FROM snapshot)
WHERE stored > changes OR (stored < changes AND older)
