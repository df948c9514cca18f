-- One answer of the gate, whole.
SELECT id, at, by, database, from_environment, to_environment, verdict, from_root, to_root, against, pinned, answer
FROM gate_run WHERE id = :id
