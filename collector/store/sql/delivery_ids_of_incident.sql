-- The newest messages of an incident.
SELECT id FROM delivery
WHERE incident = :incident AND id < :before AND (:sink IS NULL OR sink = :sink) AND (:state IS NULL OR state = :state)
ORDER BY id DESC LIMIT :limit
