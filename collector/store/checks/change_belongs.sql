-- A change belongs to a snapshot of its target, and happened when that was taken.
SELECT printf('change %d does not belong to its snapshot #%d', change.id, change.snapshot)
FROM change LEFT JOIN snapshot ON snapshot.id = change.snapshot
WHERE snapshot.id IS NULL OR snapshot.target <> change.target OR snapshot.taken_at <> change.at
