-- The newest waivers, also those that are over.
SELECT id FROM waiver WHERE id < :before ORDER BY id DESC LIMIT :limit
