-- The living drifts of a pair.
SELECT id FROM drift WHERE pair = :pair AND ending = 0 ORDER BY id
