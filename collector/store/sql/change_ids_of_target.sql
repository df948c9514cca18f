-- The newest changes of a target within bounds.
SELECT id FROM change
WHERE target = :target AND id < :before AND id > :above
  AND severity >= :severity AND at >= :since AND at <= :until
ORDER BY id DESC LIMIT :limit
