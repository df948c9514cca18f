-- Retention: the last number of the next few answers of the gate.
SELECT max(id) FROM (SELECT id FROM gate_run WHERE id > :after ORDER BY id LIMIT :slice)
