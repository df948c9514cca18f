-- It has one again.
DELETE FROM split WHERE database = :database AND environment = :environment
