-- Agents that are silent, the longest first.
SELECT name, silent_since FROM agent
WHERE revoked_at IS NULL AND silent_since IS NOT NULL
ORDER BY silent_since, name LIMIT :limit
