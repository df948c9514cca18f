-- Retention: statements that were captured up to a snapshot, the newest of a moment; those that were attached to it later
-- stay. The oldest have the lowest numbers, and the lowest snapshots.
DELETE FROM ddl_event
WHERE id IN (SELECT id FROM ddl_event WHERE target = :target ORDER BY id LIMIT :slice)
  AND (snapshot < :kept_from OR (snapshot = :kept_from AND at <= :moment))
