-- Retention: the last number of the next few events.
SELECT max(id) FROM (SELECT id FROM event WHERE id > :after ORDER BY id LIMIT :slice)
