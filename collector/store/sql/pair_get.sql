-- The pair of a name, in the columns of pair_list.sql.
SELECT id, database, from_environment, to_environment, instance, active, policy, from_root, from_major, from_target,
  from_snapshot, to_root, to_major, to_target, to_snapshot, unknown, unknown_count, at, waits
FROM pair
WHERE database = :database AND from_environment = :from AND to_environment = :to AND instance = :instance
