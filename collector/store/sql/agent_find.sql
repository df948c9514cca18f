-- The agent of a name, and its key.
SELECT id, key, revoked_at FROM agent WHERE name = :name
