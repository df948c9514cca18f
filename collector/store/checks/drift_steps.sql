-- The first step of a drift is that it was opened, the last of one that ended that it ended.
SELECT printf('drift %d has no beginning, or no end', id)
FROM (
  SELECT id, ending, (SELECT what FROM drift_step WHERE drift = drift.id ORDER BY id LIMIT 1) AS first,
    (SELECT what FROM drift_step WHERE drift = drift.id ORDER BY id DESC LIMIT 1) AS last
  FROM drift)
WHERE first IS NOT 0 OR (ending > 0) <> (last IS 5)
