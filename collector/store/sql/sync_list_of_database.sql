-- Those of one database.
SELECT id, at, by, kind, name, database, environment, state, manual, root, lead, url, detail
FROM sync_run
WHERE database = :database AND id < :before AND (:kind IS NULL OR kind = :kind) AND (:name IS NULL OR name = :name)
ORDER BY id DESC LIMIT :limit
