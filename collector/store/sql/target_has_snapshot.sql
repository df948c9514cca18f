-- Whether any instance of an environment has a snapshot.
SELECT EXISTS (SELECT 1 FROM target WHERE database = :database AND environment = :environment AND root IS NOT NULL)
