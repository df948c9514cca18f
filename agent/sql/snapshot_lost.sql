-- Why the snapshots before the first one from a number on are gone.
UPDATE snapshot SET lost_reason = :reason
 WHERE id = (SELECT id FROM snapshot WHERE target = :target AND seq > :seq ORDER BY seq LIMIT 1)
