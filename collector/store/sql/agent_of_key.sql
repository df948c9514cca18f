-- The agent that a key belongs to.
SELECT id, name FROM agent WHERE key = :key
