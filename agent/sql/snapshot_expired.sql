-- One that has been kept for long enough: acknowledged before `:before`, or taken before it by a target that nobody
-- watches any more. The newest of a target that is watched stays: the next one is compared with it.
SELECT snapshot.target, snapshot.seq
  FROM snapshot JOIN target ON target.id = snapshot.target
 WHERE CASE WHEN watched = 1
            THEN acknowledged_at < :before
                 AND snapshot.seq < (SELECT max(seq) FROM snapshot AS newest WHERE newest.target = snapshot.target)
            ELSE coalesce(acknowledged_at, snapshot.taken_at) < :before END
 LIMIT 1
