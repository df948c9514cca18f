-- The newest snapshots of a target within bounds.
SELECT id FROM snapshot WHERE target = :target AND id < :before AND id > :above ORDER BY id DESC LIMIT :limit
