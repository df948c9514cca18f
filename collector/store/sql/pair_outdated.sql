-- Active pairs of a database that were not worked out under a policy, those of environments first. Two ranges, so that
-- those that were are not read.
SELECT id, database, from_environment, to_environment, instance, active, policy, from_root, from_major, from_target,
  from_snapshot, to_root, to_major, to_target, to_snapshot, unknown, unknown_count, at, waits
FROM pair
WHERE id IN (SELECT id FROM pair WHERE active = 1 AND policy < :policy AND database = :database
             UNION ALL
             SELECT id FROM pair WHERE active = 1 AND policy > :policy AND database = :database)
ORDER BY instance, to_environment LIMIT :limit
