-- A thing has one drift in a pair that lives.
SELECT printf('drifts %d and %d of pair %d are about the same thing', min(id), max(id), pair)
FROM drift
WHERE ending = 0
GROUP BY pair, object, kind, aspect
HAVING count(*) > 1
