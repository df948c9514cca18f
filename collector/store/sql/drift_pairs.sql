-- The pairs whose drifts a filter names, also those that are over; NULL: any.
SELECT id FROM pair
WHERE (:database IS NULL OR database = :database)
  AND (:from IS NULL OR from_environment = :from)
  AND (:to IS NULL OR to_environment = :to)
  AND (:instance IS NULL OR instance = :instance)
