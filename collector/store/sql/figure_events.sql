-- How many events of each type there are after a number, of the next :limit.
SELECT type, count(*), max(id) FROM (SELECT id, type FROM event WHERE id > :after ORDER BY id LIMIT :limit)
GROUP BY type
