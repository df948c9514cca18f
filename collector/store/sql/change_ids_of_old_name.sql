-- The newest changes that took a name away within bounds.
SELECT id FROM change
WHERE target = :target AND renamed_from = :name AND id < :before AND id > :above
  AND severity >= :severity AND at >= :since AND at <= :until
ORDER BY id DESC LIMIT :limit
