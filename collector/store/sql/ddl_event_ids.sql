-- The newest captured statements of a target within bounds; NULL: any object, any actor.
SELECT id FROM ddl_event
WHERE target = :target AND id < :before AND id > :above AND at >= :since AND at <= :until
  AND (:object IS NULL OR object = :object OR substr(object, 1, length(:object) + 1) = :object || '.')
  AND (:actor IS NULL OR actor = :actor OR role = :actor)
ORDER BY id DESC LIMIT :limit
