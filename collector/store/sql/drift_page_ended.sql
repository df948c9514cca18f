-- The newest drifts of a pair that have ended, within bounds.
SELECT id FROM drift
WHERE pair = :pair AND ending > 0 AND id < :before AND id > :above
  AND severity >= :severity AND (:causes >> cause) & 1 AND (:waiver IS NULL OR waiver = :waiver)
ORDER BY id DESC LIMIT :limit
