-- The newest drifts of a pair that are about a thing or its parts, by its name on either side, within bounds.
SELECT id FROM drift
WHERE id IN (
    SELECT id FROM drift WHERE pair = :pair AND owner = :object
    UNION ALL
    SELECT id FROM drift WHERE pair = :pair AND owner_before = :object
    UNION ALL
    SELECT id FROM drift WHERE pair = :pair AND object = :object
    UNION ALL
    SELECT id FROM drift WHERE pair = :pair AND renamed_from = :object)
  AND id < :before AND id > :above
  AND severity >= :severity AND (:states >> state) & 1 AND (:causes >> cause) & 1
  AND (:waiver IS NULL OR waiver = :waiver)
ORDER BY id DESC LIMIT :limit
