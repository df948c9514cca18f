-- What people did, the newest first.
SELECT id, at, by, action, subject, data FROM audit WHERE id < :before ORDER BY id DESC LIMIT :limit
