-- A thing has one drift in a pair that lives. That an object is there on one side only, what it is called and what it says
-- are three things; and a part that is gone is another than one that has its name now.
SELECT printf('drifts %d and %d of pair %d are about the same thing', min(id), max(id), pair)
FROM drift
WHERE ending = 0
GROUP BY pair, object, kind, object_kind, aspect,
  CASE WHEN kind <> object_kind THEN effect = 1 ELSE max(effect, 1) END
HAVING count(*) > 1
