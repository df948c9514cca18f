-- The first database by name after a name.
SELECT min(database) FROM target WHERE database > :after
