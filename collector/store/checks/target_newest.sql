-- The newest snapshot of a target is the newest, and whole.
SELECT printf('target %d has newest snapshot #%d, and #%d is the newest whole one', id, stated, found)
FROM (
  SELECT id, target.snapshot AS stated,
    (SELECT max(snapshot.id) FROM snapshot WHERE snapshot.target = target.id) AS latest,
    (SELECT max(snapshot.id) FROM snapshot WHERE snapshot.target = target.id AND node IS NOT NULL) AS found
  FROM target)
WHERE stated IS NOT latest OR stated IS NOT found
