-- The steps of a pair that are to be followed, in the order in which they were learned.
SELECT side, root, major, target, snapshot, at, first_sight FROM pair_wait WHERE pair = :pair ORDER BY number
