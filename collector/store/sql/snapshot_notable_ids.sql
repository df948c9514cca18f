-- The newest snapshots of a target, within bounds, that say something of its history itself: its first, and those before
-- which others were lost.
SELECT id FROM (
  SELECT id FROM snapshot WHERE target = :target AND lost > 0 AND id < :before AND id > :above
  UNION
  SELECT min(id) FROM snapshot WHERE target = :target)
WHERE id < :before AND id > :above ORDER BY id DESC LIMIT :limit
