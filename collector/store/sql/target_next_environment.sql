-- The first environment of a database by name after a name.
SELECT min(environment) FROM target WHERE database = :database AND environment > :after
