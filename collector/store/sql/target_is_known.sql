-- Whether there is any target that a filter names; NULL: any.
SELECT EXISTS (
  SELECT 1 FROM target
  WHERE (:database IS NULL OR database = :database)
    AND (:environment IS NULL OR environment = :environment)
    AND (:instance IS NULL OR instance = :instance))
