-- The newest changes of a part within bounds.
SELECT id FROM change
WHERE target = :target AND object = :name AND object <> owner AND id < :before AND id > :above
  AND severity >= :severity AND at >= :since AND at <= :until
ORDER BY id DESC LIMIT :limit
