-- Retention: records before a snapshot, of which nothing else is left.
DELETE FROM snapshot
WHERE id IN (
  SELECT id FROM snapshot WHERE target = :target AND node IS NULL AND id < :kept_from ORDER BY id LIMIT :slice)
