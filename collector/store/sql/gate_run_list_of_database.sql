-- Those of one database.
SELECT id, at, by, database, from_environment, to_environment, verdict, from_root, to_root, against, pinned,
  CASE WHEN against IS NOT NULL AND json_valid(answer) THEN json_extract(answer, '$.reference.name') END
FROM gate_run
WHERE database = :database AND id < :before
  AND (:from IS NULL OR from_environment = :from)
  AND (:to IS NULL OR to_environment = :to)
ORDER BY id DESC LIMIT :limit
