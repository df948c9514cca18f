-- How often the gate gave each verdict after a number, of the next :limit.
SELECT verdict, count(*), max(id) FROM (SELECT id, verdict FROM gate_run WHERE id > :after ORDER BY id LIMIT :limit)
GROUP BY verdict
