-- What a step of a drift says makes sense.
SELECT printf('step %d of drift %d makes no sense', id, drift)
FROM drift_step
WHERE what NOT BETWEEN 0 AND 9 OR side NOT BETWEEN 0 AND 1 OR length(state) <> 32
  OR (side IS NULL AND state IS NOT NULL)
