-- The target of a name.
SELECT id FROM target WHERE database = :database AND environment = :environment AND instance = :instance
