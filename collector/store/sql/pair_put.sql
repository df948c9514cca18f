-- A pair as it was worked out just now.
INSERT INTO pair (database, from_environment, to_environment, instance, active, policy, from_root, from_major,
  from_target, from_snapshot, to_root, to_major, to_target, to_snapshot, unknown, unknown_count, at, waits)
VALUES (:database, :from, :to, :instance, :active, :policy, :from_root, :from_major, :from_target, :from_snapshot,
  :to_root, :to_major, :to_target, :to_snapshot, :unknown, :unknown_count, :at, :waits)
ON CONFLICT (database, from_environment, to_environment, instance) DO UPDATE
SET active = excluded.active, policy = excluded.policy,
    from_root = excluded.from_root, from_major = excluded.from_major, from_target = excluded.from_target,
    from_snapshot = excluded.from_snapshot,
    to_root = excluded.to_root, to_major = excluded.to_major, to_target = excluded.to_target,
    to_snapshot = excluded.to_snapshot,
    unknown = excluded.unknown, unknown_count = excluded.unknown_count, at = excluded.at,
    waits = excluded.waits
RETURNING id
