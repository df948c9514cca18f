-- Pairs of a database by name, in the columns of pair_list.sql; NULL: any.
SELECT id, database, from_environment, to_environment, instance, active, policy, from_root, from_major, from_target,
  from_snapshot, to_root, to_major, to_target, to_snapshot, unknown, unknown_count, at, waits
FROM pair
WHERE database = :database
  AND (:from IS NULL OR from_environment = :from)
  AND (:to IS NULL OR to_environment = :to)
  AND (:instance IS NULL OR instance = :instance)
  AND active >= :active
ORDER BY database, from_environment, to_environment, instance
