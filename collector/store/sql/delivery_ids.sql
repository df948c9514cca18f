-- The newest messages.
SELECT id FROM delivery WHERE id < :before AND (:sink IS NULL OR sink = :sink) ORDER BY id DESC LIMIT :limit
