-- An agent that was revoked comes back. What was known of the program with another key is forgotten.
UPDATE agent
SET key = :key, enrolled_at = :at, enrolled_by = :by, revoked_at = NULL, revoked_by = NULL,
    last_seen = iif(key = :key, last_seen, NULL), version = iif(key = :key, version, NULL),
    silent_since = NULL, host = iif(key = :key, host, NULL), address = iif(key = :key, address, NULL)
WHERE id = :id
