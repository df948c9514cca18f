-- The newest waivers of a database in force.
SELECT id FROM waiver
WHERE database = :database AND ended_at IS NULL AND id < :before
ORDER BY id DESC LIMIT :limit
