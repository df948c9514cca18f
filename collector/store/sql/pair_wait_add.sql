-- A step of one side of a pair that is followed later. Beyond `most` of them the newest is written over.
INSERT INTO pair_wait (pair, number, side, root, major, target, snapshot, at, first_sight)
SELECT :pair, min(:most, coalesce(max(number), 0) + 1), :side, :root, :major, :target, :snapshot, :at, :first_sight
FROM pair_wait WHERE pair = :pair
ON CONFLICT (pair, number) DO UPDATE
SET side = excluded.side, root = excluded.root, major = excluded.major, target = excluded.target,
    snapshot = excluded.snapshot, at = excluded.at, first_sight = excluded.first_sight
