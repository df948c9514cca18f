-- What happened after a number.
SELECT id, at, type, severity, target, agent, data FROM event WHERE id > :after ORDER BY id LIMIT :limit
