-- The newest waivers in force.
SELECT id FROM waiver WHERE ended_at IS NULL AND id < :before ORDER BY id DESC LIMIT :limit
