-- The newest changes of a top-level object and its parts within bounds.
SELECT id FROM change
WHERE target = :target AND owner = :name AND id < :before AND id > :above
  AND severity >= :severity AND at >= :since AND at <= :until
ORDER BY id DESC LIMIT :limit
