-- The newest snapshots of a target, within bounds, that say something of its history itself: its first, those before
-- which others were lost, and the first of another major version of its server.
SELECT id FROM (
  SELECT id FROM snapshot WHERE target = :target AND lost > 0 AND id < :before AND id > :above
  UNION
  SELECT id FROM snapshot WHERE target = :target AND upgraded_from IS NOT NULL AND id < :before AND id > :above
  UNION
  SELECT min(id) FROM snapshot WHERE target = :target)
WHERE id < :before AND id > :above ORDER BY id DESC LIMIT :limit
