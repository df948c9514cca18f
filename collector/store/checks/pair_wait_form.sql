-- Only a pair that waits has steps that are to be followed, and they make sense.
SELECT printf('step %d of pair %d that is to be followed makes no sense', number, pair)
FROM pair_wait
WHERE side NOT BETWEEN 0 AND 1 OR length(root) <> 32 OR first_sight NOT BETWEEN 0 AND 1
  OR NOT EXISTS (SELECT 1 FROM pair WHERE pair.id = pair_wait.pair AND pair.waits = 1)
