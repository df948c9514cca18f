-- Retention: the last number of the next few runs of what keeps things in line.
SELECT max(id) FROM (SELECT id FROM sync_run WHERE id > :after ORDER BY id LIMIT :slice)
