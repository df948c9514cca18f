-- One answer of the gate, whole.
SELECT id, at, by, database, from_environment, to_environment, verdict, from_root, to_root, against, pinned,
  CASE WHEN against IS NOT NULL AND json_valid(answer) THEN json_extract(answer, '$.reference.name') END,
  answer
FROM gate_run WHERE id = :id
