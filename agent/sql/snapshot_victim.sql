-- What goes first when there is no room: the oldest of those that were acknowledged, then the oldest of the others, but
-- never the newest of a target that is watched.
SELECT snapshot.target, snapshot.seq
  FROM snapshot JOIN target ON target.id = snapshot.target
 WHERE watched = 0 OR snapshot.seq < (SELECT max(seq) FROM snapshot AS newest WHERE newest.target = snapshot.target)
 ORDER BY acknowledged_at IS NULL, snapshot.taken_at LIMIT 1
