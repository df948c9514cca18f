-- Retention: the next target.
SELECT min(id) FROM target WHERE id > :after
