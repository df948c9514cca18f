-- The newest waivers of a database, also those that are over.
SELECT id FROM waiver WHERE database = :database AND id < :before ORDER BY id DESC LIMIT :limit
