-- What a target says of its newest snapshot is so.
SELECT printf('target %d does not have the root or the gaps of its snapshot #%d', target.id, snapshot.id)
FROM target LEFT JOIN snapshot ON snapshot.id = target.snapshot
WHERE target.root IS NOT snapshot.root OR target.gaps <> coalesce(snapshot.gaps, 0)
