-- From which snapshot to which a target's go, how many of them nobody has acknowledged, the newest one's root, and the
-- number that the next one gets.
SELECT min(seq), max(seq), sum(acknowledged_at IS NULL),
       (SELECT root FROM snapshot WHERE target = :target ORDER BY seq DESC LIMIT 1),
       (SELECT next_seq FROM target WHERE id = :target)
  FROM snapshot
 WHERE target = :target
