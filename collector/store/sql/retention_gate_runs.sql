-- Retention: answers of the gate up to a number that are older than a moment.
DELETE FROM gate_run WHERE id > :after AND id <= :last AND at < :moment
