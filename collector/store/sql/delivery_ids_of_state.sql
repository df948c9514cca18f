-- The newest messages in a state.
SELECT id FROM delivery WHERE state = :state AND id < :before AND (:sink IS NULL OR sink = :sink) ORDER BY id DESC LIMIT :limit
