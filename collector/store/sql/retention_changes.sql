-- Retention: what changed up to a snapshot.
DELETE FROM change
WHERE id IN (
  SELECT change.id FROM snapshot JOIN change ON change.snapshot = snapshot.id
  WHERE snapshot.target = :target AND snapshot.id <= :kept_from
  LIMIT :slice)
