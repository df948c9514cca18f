-- Pairs of all databases by name; NULL: any.
SELECT id, database, from_environment, to_environment, instance, active, policy, from_root, from_major, from_target,
  from_snapshot, to_root, to_major, to_target, to_snapshot, unknown, unknown_count, at, waits
FROM pair
WHERE (:from IS NULL OR from_environment = :from)
  AND (:to IS NULL OR to_environment = :to)
  AND (:instance IS NULL OR instance = :instance)
  AND active >= :active
ORDER BY database, from_environment, to_environment, instance
