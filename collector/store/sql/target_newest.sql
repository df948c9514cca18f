-- The newest snapshot of a target, and how it came to be so.
SELECT target.snapshot, snapshot.root, target.root_since
FROM target LEFT JOIN snapshot ON snapshot.id = target.snapshot
WHERE target.id = :target
