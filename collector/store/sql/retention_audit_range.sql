-- Retention: the last number of the next few things that people did.
SELECT max(id) FROM (SELECT id FROM audit WHERE id > :after ORDER BY id LIMIT :slice)
