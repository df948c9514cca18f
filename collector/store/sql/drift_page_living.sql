-- The newest living drifts of a pair within bounds. States and causes are a bit each.
SELECT id FROM drift
WHERE pair = :pair AND ending = 0 AND id < :before AND id > :above
  AND severity >= :severity AND (:states >> state) & 1 AND (:causes >> cause) & 1
  AND (:waiver IS NULL OR waiver = :waiver)
ORDER BY id DESC LIMIT :limit
